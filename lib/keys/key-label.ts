import { createHmac, randomBytes } from 'node:crypto'
import { isKeyId, type TokenKey, TokenKeysError } from '@/lib/vault/keyring'

const CHECK_CHARACTERS = 16

/**
 * `id:check`: which key a process means by an id, without saying the key. Two processes that hold different keys under
 * one id would call each other's values forged, and end grants for it.
 */
export const keyLabel = ({ id, key }: TokenKey): string =>
  `${id}:${createHmac('sha256', key).update('token key check').digest('hex').slice(0, CHECK_CHARACTERS)}`

export const idOfLabel = (label: string): string => label.slice(0, label.indexOf(':'))

/** A new entry for TOKEN_KEYS: `id:base64` of 32 random bytes. @throws {TokenKeysError} for what is no id. */
export function newTokenKeyEntry(id: string): string {
  if (!isKeyId(id))
    throw new TokenKeysError('ids are 1 to 32 letters, digits, "-" and "_", and begin with none of the last')
  return `${id}:${randomBytes(32).toString('base64')}`
}
