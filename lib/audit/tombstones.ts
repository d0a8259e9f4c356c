import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { chainHash, GENESIS, sameHash } from './chain'
import type { ChainStore } from './chain-store'

/** Where the chain of a deleted workspace ended, and which entry of the deployment's chain says so. */
export type Tombstone = { readonly sequence: number; readonly hash: string; readonly entry: number }

const deletion = z.object({
  workspaceId: z.uuid(),
  entries: z.int().min(0),
  // Null in entries of a release that kept no hash of an empty log.
  head: z.string().nullable(),
})

/**
 * The workspaces that the deployment's own chain says were deleted, by id. An entry counts only while the chain up to it
 * is what was written with the key: behind the first row that is not, anyone with the database may have written.
 */
export async function provenTombstones(store: ChainStore, key: KeyObject): Promise<ReadonlyMap<string, Tombstone>> {
  const proven = new Map<string, Tombstone>()
  let last = { sequence: 0, hash: GENESIS }
  for await (const row of store.rows(null)) {
    if (row.sequence !== last.sequence + 1 || !sameHash(row.hash, chainHash(key, last.hash, row))) break
    last = row
    if (row.action !== 'workspace.deleted') continue
    const parsed = deletion.safeParse(row.detail)
    if (!parsed.success || proven.has(parsed.data.workspaceId)) continue
    const { workspaceId, entries, head } = parsed.data
    proven.set(workspaceId, { sequence: entries, hash: head ?? GENESIS, entry: row.sequence })
  }
  return proven
}
