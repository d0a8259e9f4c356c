import { createHash, randomBytes } from 'node:crypto'

const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** 32 random bytes, base64url: the value of a session cookie, a sign-in link or an invitation link. */
export const createOpaqueToken = (): string => randomBytes(32).toString('base64url')

/** SHA-256, base64url: the database stores only this. 32 random bytes need no salt and no slow hash. */
export const digestOpaqueToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

export const isOpaqueToken = (value: unknown): value is string => typeof value === 'string' && TOKEN.test(value)
