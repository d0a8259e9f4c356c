import { createHash, randomBytes } from 'node:crypto'

const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** 32 random bytes, base64url: what the link holds. */
export const createInvitationToken = (): string => randomBytes(32).toString('base64url')

/** SHA-256, base64url: what the table holds. Random 32 bytes need no salt and no slow hash. */
export const digestInvitationToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

export const isInvitationToken = (value: unknown): value is string => typeof value === 'string' && TOKEN.test(value)
