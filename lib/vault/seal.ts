import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { isKeyId, type TokenKeys, UnknownTokenKeyError } from './keyring'
import { Secret } from './secret'

// Compact JWE (RFC 7516), `dir` with A256GCM: the header is the additional authenticated data, so whatever it names is
// bound to the ciphertext. A value moved to another row, workspace, field, generation or environment does not open. By
// Node's own cipher (docs/adr/0030-sealing-by-nodes-own-cipher.md); seal.test.ts holds the format against jose's.

declare const sealed: unique symbol

/** A sealed value as the database stores it. `seal` makes it, `storedSealedToken` takes it back from a column. */
export type SealedToken = string & { readonly [sealed]: true }

/** What a sealed value belongs to. Opening it with any other binding fails. */
export type SealBinding =
  | {
      readonly field: 'access_token' | 'refresh_token'
      readonly environment: string
      readonly workspaceId: string
      readonly connectionId: string
      readonly grantNo: number
      readonly generation: number
    }
  | {
      readonly field: 'code_verifier'
      readonly environment: string
      readonly workspaceId: string
      readonly pendingAuthorizationId: string
    }

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly value: Secret }
  /** One answer for a moved, cut, changed or foreign value: which of them it was is no one's business. */
  | { readonly kind: 'unreadable' }

export type Vault = {
  /** Seals with the first key. The result is about 1.4 times as long as the value, plus some 350 characters. */
  seal(binding: SealBinding, value: Secret | string): Promise<SealedToken>
  /** @throws {UnknownTokenKeyError} when the value names a key that is not configured. */
  open(binding: SealBinding, value: SealedToken): Promise<OpenOutcome>
}

const ALGORITHM = { alg: 'dir', enc: 'A256GCM' } as const
const CIPHER = 'aes-256-gcm'
/** RFC 7518 §5.3. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const MAX_SEALED_CHARACTERS = 128 * 1024
const UNREADABLE: OpenOutcome = { kind: 'unreadable' }

/** Takes a sealed value from where it was stored. Asserts nothing: `open` judges it. */
export const storedSealedToken = (value: string): SealedToken => value as SealedToken

/** A vault over the given keys: the first seals, all open. */
export function createVault(keys: TokenKeys): Vault {
  const writing = keys[0]

  function readingKey(kid: unknown): KeyObject {
    if (!isKeyId(kid)) throw new TypeError('no key id')
    const found = keys.find(({ id }) => id === kid)
    if (!found) throw new UnknownTokenKeyError(kid)
    return found.key
  }

  return {
    async seal(binding, value) {
      const header = Buffer.from(JSON.stringify(headerFor(binding, writing.id))).toString('base64url')
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, writing.key, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(header))
      const plaintext = typeof value === 'string' ? value : value.reveal()
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
      // The empty part is the encrypted key, which `dir` has not.
      const parts = [nonce, ciphertext, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'))
      return [header, '', ...parts].join('.') as SealedToken
    },

    async open(binding, value) {
      if (value.length > MAX_SEALED_CHARACTERS || !isCanonical(value)) return UNREADABLE
      try {
        const [header = '', encryptedKey, ...rest] = value.split('.')
        const [nonce, ciphertext, tag, more] = rest.map((part) => Buffer.from(part, 'base64url'))
        const named: Header = JSON.parse(Buffer.from(header, 'base64url').toString())
        const isOurs = named.alg === ALGORITHM.alg && named.enc === ALGORITHM.enc && encryptedKey === ''
        if (!isOurs || nonce?.length !== NONCE_BYTES || !ciphertext || tag?.length !== TAG_BYTES || more)
          return UNREADABLE
        const decipher = createDecipheriv(CIPHER, readingKey(named.kid), nonce, { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(header)).setAuthTag(tag)
        const plaintext = Buffer.concat([decipher.update(ciphertext), decipher.final()])
        if (!sameHeader(named, headerFor(binding, String(named.kid)))) return UNREADABLE
        return { kind: 'opened', value: new Secret(new TextDecoder('utf-8', { fatal: true }).decode(plaintext)) }
      } catch (error) {
        if (error instanceof UnknownTokenKeyError) throw error
        return UNREADABLE
      }
    },
  }
}

type Header = Readonly<Record<string, unknown>>

function headerFor(binding: SealBinding, kid: string): Header {
  const common = { ...ALGORITHM, kid, env: binding.environment, wid: binding.workspaceId }
  return binding.field === 'code_verifier'
    ? { ...common, paid: binding.pendingAuthorizationId, field: binding.field }
    : { ...common, cid: binding.connectionId, grant: binding.grantNo, gen: binding.generation, field: binding.field }
}

function sameHeader(actual: Header, expected: Header): boolean {
  const names = Object.keys(expected)
  return Object.keys(actual).length === names.length && names.every((name) => actual[name] === expected[name])
}

/** The last character of base64url may carry unused bits: without this, some changed values would still open. */
function isCanonical(value: string): boolean {
  return value.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}
