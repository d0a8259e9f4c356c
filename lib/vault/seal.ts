import { webcrypto } from 'node:crypto'
import { CompactEncrypt, type CompactJWEHeaderParameters, compactDecrypt } from 'jose'
import { isKeyId, type TokenKey, type TokenKeys, UnknownTokenKeyError } from './keyring'
import { Secret } from './secret'

// Compact JWE (RFC 7516), `dir` with A256GCM: the header is the additional authenticated data, so whatever it names is
// bound to the ciphertext. A value moved to another row, workspace, field, generation or environment does not open.

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
  /** One answer for a moved, cut, changed or foreign value: which of them it was is nobody's business. */
  | { readonly kind: 'unreadable' }

export type Vault = {
  /** Readies the writing key, so that sealing what a token request answers needs no key work any more. */
  prepareSealing(): Promise<void>
  /** Seals with the first key. The result is about 1.4 times as long as the value, plus some 350 characters. */
  seal(binding: SealBinding, value: Secret | string): Promise<SealedToken>
  /** @throws {UnknownTokenKeyError} when the value names a key that is not configured. */
  open(binding: SealBinding, value: SealedToken): Promise<OpenOutcome>
}

const MAX_SEALED_CHARACTERS = 128 * 1024
const UNREADABLE: OpenOutcome = { kind: 'unreadable' }

/** Takes a sealed value from where it was stored. Asserts nothing: `open` judges it. */
export const storedSealedToken = (value: string): SealedToken => value as SealedToken

/** A vault over the given keys: the first seals, all open. */
export function createVault(keys: TokenKeys): Vault {
  const writing = keys[0]
  const imported = new Map<string, Promise<webcrypto.CryptoKey>>()

  // jose imports a plain key at every call; a CryptoKey is imported once.
  function cryptoKey({ id, key }: TokenKey): Promise<webcrypto.CryptoKey> {
    const usages: webcrypto.KeyUsage[] = ['encrypt', 'decrypt']
    const known = imported.get(id) ?? webcrypto.subtle.importKey('raw', key.export(), 'AES-GCM', false, usages)
    imported.set(id, known)
    return known
  }

  function readingKey(header: CompactJWEHeaderParameters): Promise<webcrypto.CryptoKey> {
    if (!isKeyId(header.kid)) throw new TypeError('no key id')
    const found = keys.find(({ id }) => id === header.kid)
    if (!found) throw new UnknownTokenKeyError(header.kid)
    return cryptoKey(found)
  }

  return {
    async prepareSealing() {
      await cryptoKey(writing)
    },

    async seal(binding, value) {
      const plaintext = new TextEncoder().encode(typeof value === 'string' ? value : value.reveal())
      const jwe = await new CompactEncrypt(plaintext)
        .setProtectedHeader(headerFor(binding, writing.id))
        .encrypt(await cryptoKey(writing))
      return jwe as SealedToken
    },

    async open(binding, value) {
      if (value.length > MAX_SEALED_CHARACTERS || !isCanonical(value)) return UNREADABLE
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(value, readingKey, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        })
        // jose authenticates the header but compares nothing in it with what we expect.
        if (!sameHeader(protectedHeader, headerFor(binding, String(protectedHeader.kid)))) return UNREADABLE
        return { kind: 'opened', value: new Secret(new TextDecoder('utf-8', { fatal: true }).decode(plaintext)) }
      } catch (error) {
        if (error instanceof UnknownTokenKeyError) throw error
        return UNREADABLE
      }
    },
  }
}

function headerFor(binding: SealBinding, kid: string): CompactJWEHeaderParameters {
  const common = { alg: 'dir', enc: 'A256GCM', kid, env: binding.environment, wid: binding.workspaceId }
  return binding.field === 'code_verifier'
    ? { ...common, paid: binding.pendingAuthorizationId, field: binding.field }
    : { ...common, cid: binding.connectionId, grant: binding.grantNo, gen: binding.generation, field: binding.field }
}

function sameHeader(actual: CompactJWEHeaderParameters, expected: CompactJWEHeaderParameters): boolean {
  const names = Object.keys(expected)
  return Object.keys(actual).length === names.length && names.every((name) => actual[name] === expected[name])
}

/** The last character of base64url may carry unused bits: without this, some changed values would still open. */
function isCanonical(value: string): boolean {
  return value.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}
