import { createSecretKey, type KeyObject } from 'node:crypto'

/** The key is a `KeyObject`, whose bytes no logger and no `util.inspect` prints. */
export type TokenKey = { readonly id: string; readonly key: KeyObject }

/** The first key writes; every key reads. */
export type TokenKeys = readonly [TokenKey, ...TokenKey[]]

/** Thrown for a key list that cannot be used. The message names the rule, never any part of the value. */
export class TokenKeysError extends Error {
  override readonly name = 'TokenKeysError'
}

/** A value was sealed with a key that this process does not have: its configuration is wrong, the value is not. */
export class UnknownTokenKeyError extends Error {
  override readonly name = 'UnknownTokenKeyError'
  readonly keyId: string
  constructor(keyId: string) {
    super(`A sealed value names the token key "${keyId}", which is not among the configured keys`)
    this.keyId = keyId
  }
}

const KEY_BYTES = 32
const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/

export const isKeyId = (value: unknown): value is string => typeof value === 'string' && KEY_ID.test(value)

/**
 * Parses `id:base64,id2:base64`: 32 random bytes each, ids and keys unique, the first key writes.
 * @throws {TokenKeysError} with a message that completes "TOKEN_KEYS …".
 */
export function parseTokenKeys(value: string): TokenKeys {
  const [first, ...rest] = value.split(',').map((entry, index) => parseEntry(entry.trim(), index + 1))
  if (!first) throw new TokenKeysError('must list at least one key as id:base64')
  const keys: TokenKeys = [first, ...rest]
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new TokenKeysError('must not repeat a key id')
  if (keys.some(({ key }, index) => keys.slice(index + 1).some((other) => key.equals(other.key)))) {
    throw new TokenKeysError('must not list one key under two ids')
  }
  return keys
}

function parseEntry(entry: string, position: number): TokenKey {
  const colon = entry.indexOf(':')
  const id = entry.slice(0, Math.max(colon, 0))
  if (!isKeyId(id)) throw new TokenKeysError(`must list keys as id:base64, separated by commas (see key ${position})`)
  try {
    return { id, key: parseKey(entry.slice(colon + 1)) }
  } catch (error) {
    throw error instanceof TokenKeysError ? new TokenKeysError(`${error.message} (see key ${position})`) : error
  }
}

/** One key: base64 of 32 random bytes. @throws {TokenKeysError} with a message that completes the variable's name. */
export function parseKey(encoded: string): KeyObject {
  const bytes = Buffer.from(encoded, 'base64')
  // Buffer skips what it cannot decode, so only a text that encodes back to itself was base64.
  if (bytes.toString('base64') !== encoded) throw new TokenKeysError('must hold base64 with padding')
  if (bytes.length !== KEY_BYTES) throw new TokenKeysError(`must hold keys of ${KEY_BYTES} bytes`)
  if (!looksRandom(bytes)) throw new TokenKeysError('must hold random bytes, not a pattern or a text')
  return createSecretKey(bytes)
}

/**
 * Refuses what people paste in place of a key: repetitions, counters, passphrases, samples. 32 random bytes have about 30
 * different values and as many different steps between neighbours; fewer than 16, or printable text throughout, is less
 * likely than one in 10^13.
 */
function looksRandom(bytes: Buffer): boolean {
  const steps = new Set(Array.from(bytes, (byte, index) => (byte - (bytes[index - 1] ?? 0) + 256) % 256))
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return new Set(bytes).size >= 16 && steps.size >= 16 && !printable
}
