import type { TokenKey, TokenKeys } from '@/lib/vault/keyring'
import { createVault, storedSealedToken } from '@/lib/vault/seal'
import { keyLabel } from './key-label'
import type { KeyRecord, KeyRecordStore } from './key-record-store'
import { bindingOf, FIRST_ID } from './reseal'
import type { SealedValuesStore } from './sealed-values-store'

/** This process must not start with these TOKEN_KEYS. The message names key ids and no key. */
export class KeyMismatchError extends Error {
  override readonly name = 'KeyMismatchError'
}

type Checked = {
  readonly tokenKeys: TokenKeys
  readonly records: KeyRecordStore
  readonly values: Pick<SealedValuesStore, 'under'>
  readonly environment: string
}

const SAMPLE = 20

/**
 * Boot check of web and worker: each id still means the key that it meant before. An id that is new to the record is
 * added, unless stored values name it and the key opens none of them: a deployment from before the record has some.
 * @throws {KeyMismatchError} with every id whose key is another one.
 */
export async function checkTokenKeys({ tokenKeys, records, values, environment }: Checked): Promise<void> {
  const known = await records.all()
  const unknown = tokenKeys.filter(({ id }) => known.every((record) => record.id !== id))
  for (const key of unknown) {
    if (await opensWhatItsIdSealed(key, values, environment)) await records.add({ id: key.id, label: keyLabel(key) })
    else throw mismatch([key.id])
  }
  refuseOtherKeys(tokenKeys, unknown.length > 0 ? await records.all() : known)
}

/** The same without adding any, for a command. */
export function refuseOtherKeys(tokenKeys: TokenKeys, records: readonly KeyRecord[]): void {
  const wrong = tokenKeys.filter((key) => records.some(({ id, label }) => id === key.id && label !== keyLabel(key)))
  if (wrong.length > 0) throw mismatch(wrong.map(({ id }) => id))
}

function mismatch(ids: readonly string[]): KeyMismatchError {
  return new KeyMismatchError(
    `TOKEN_KEYS has another key than before under the id ${ids.map((id) => `"${id}"`).join(', ')}. ` +
      'Put the right key back. A new key needs an id that was never used (docs/operations.md, "Key rotation").',
  )
}

async function opensWhatItsIdSealed(key: TokenKey, values: Checked['values'], environment: string): Promise<boolean> {
  const vault = createVault([key])
  const sample = await values.under('refresh_token', [key.id], FIRST_ID, SAMPLE)
  const opened = await Promise.all(
    sample.map((value) => vault.open(bindingOf(value, environment), storedSealedToken(value.sealed))),
  )
  return opened.length === 0 || opened.some(({ kind }) => kind === 'opened')
}
