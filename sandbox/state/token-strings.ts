import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a token's text says once its signature holds. */
export type TokenName = { grantId: string; serial: number }
export type TokenKind = 'at' | 'rt'

export type TokenStrings = {
  write: (kind: TokenKind, name: TokenName) => string
  /** `null` for anything that this sandbox did not issue. */
  read: (kind: TokenKind, text: string) => TokenName | null
  random: (prefix: string) => string
}

/**
 * Tokens carry the id of their grant and their number, signed: a token is recognised without a table that would grow
 * with every rotation. To its client it is opaque.
 */
export function createTokenStrings(marker: string, key: Buffer): TokenStrings {
  const sign = (body: string) => createHmac('sha256', key).update(body).digest('base64url')
  return {
    write: (kind, { grantId, serial }) => {
      const body = `${marker}_${kind}_${grantId}_${serial.toString(36)}`
      return `${body}_${sign(body)}`
    },
    read: (kind, text) => {
      const parts = /^([A-Za-z0-9]+_([ar]t)_(g[0-9a-z]+)_([0-9a-z]+))_([\w-]{43})$/.exec(text)
      const [, body, foundKind, grantId, serial, signature] = parts ?? []
      if (!body || foundKind !== kind || !grantId || !serial || !signature) return null
      if (!sameText(sign(body), signature)) return null
      return { grantId, serial: Number.parseInt(serial, 36) }
    },
    random: (prefix) => `${prefix}_${marker}_${randomBytes(32).toString('base64url')}`,
  }
}

/** The first 16 hexadecimal digits of SHA-256: enough to tell tokens apart, useless as a token. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16)
}

export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
