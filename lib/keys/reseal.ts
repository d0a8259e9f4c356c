import { storedSealedToken, type Vault } from '@/lib/vault/seal'
import { SEALED_FIELDS, type SealedField, type SealedValue, type SealedValuesStore } from './sealed-values-store'

export type Resealed = {
  readonly resealed: number
  /** Someone stored another value between our read and our write; theirs stayed. */
  readonly overtaken: number
  /** They do not open under the place they stand in, and were left as they are. */
  readonly unreadable: number
}

type Resealing = {
  readonly store: SealedValuesStore
  readonly vault: Vault
  readonly environment: string
  /** Keys whose values are to be sealed with the vault's first key. */
  readonly from: readonly string[]
  /** Called after each value. */
  readonly onProgress?: (done: number) => void
}

const BATCH = 200
const AT_ONCE = 8
export const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Seals with the writing key what the keys `from` sealed, each value bound to the same place as before. Each is swapped by
 * itself, so that no rotation ever waits for a batch. Remembers nothing: killed and started again, it finds what is left.
 * @throws whatever the database throws; what was swapped until then stays.
 */
export async function reseal({ store, vault, environment, from, onProgress }: Resealing): Promise<Resealed> {
  const counts = { resealed: 0, overtaken: 0, unreadable: 0 }
  let done = 0

  async function one(value: SealedValue) {
    const place = bindingOf(value, environment)
    const opened = await vault.open(place, storedSealedToken(value.sealed))
    if (opened.kind === 'unreadable') counts.unreadable++
    else if (await store.swap(value, await vault.seal(place, opened.value))) counts.resealed++
    else counts.overtaken++
    done++
    onProgress?.(done)
  }

  async function field(name: SealedField) {
    let after = FIRST_ID
    for (;;) {
      const batch = await store.under(name, from, after, BATCH)
      const last = batch.at(-1)
      if (!last) return
      const queue = batch.values()
      const lane = async () => {
        for (const value of queue) await one(value)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, lane))
      after = last.id
    }
  }

  for (const name of SEALED_FIELDS) await field(name)
  return counts
}

export function bindingOf({ field, workspaceId, id, grantNo, generation }: SealedValue, environment: string) {
  return field === 'code_verifier'
    ? { field, environment, workspaceId, pendingAuthorizationId: id }
    : { field, environment, workspaceId, connectionId: id, grantNo, generation }
}
