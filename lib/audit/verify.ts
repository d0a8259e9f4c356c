import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { chainHash, GENESIS, headMac, sameHash } from './chain'
import type { ChainHead, ChainStore, StoredRow } from './chain-store'

/** Where a chain ended when it was written down, to be kept elsewhere: one JSON object, one line. */
export const signedHead = z.strictObject({
  workspaceId: z.uuid().nullable(),
  sequence: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
})
export type SignedHead = z.output<typeof signedHead>

export type Verdict =
  | { readonly kind: 'whole'; readonly entries: number; readonly before: number }
  /** Erased with its workspace, after everything that was asked about. */
  | { readonly kind: 'erased'; readonly entries: number; readonly tombstone: number }
  /** `sequence`: of the first bad row. */
  | { readonly kind: 'broken'; readonly sequence: number; readonly row: StoredRow | null; readonly fault: Fault }

export type Fault =
  /** Another row stands where this one should. */
  | { readonly kind: 'missing' }
  /** The row, or the hash before it, is not what was written. */
  | { readonly kind: 'changed' }
  /** Nothing in the chain was written with this key. */
  | { readonly kind: 'wrong_key' }
  /** The chain ends before its head does, or before a head that was kept. */
  | { readonly kind: 'truncated'; readonly known: number; readonly keptAt: string | null }
  /** A kept head names another hash: the chain was written anew. */
  | { readonly kind: 'rewritten'; readonly keptAt: string }

export function signHead(key: KeyObject, workspaceId: string | null, head: ChainHead, at: Date): SignedHead {
  const said = { workspaceId, ...head, at: at.toISOString() }
  return { ...said, mac: headMac(key, { ...said, workspaceId: workspaceId ?? 'deployment' }) }
}

export function isSignedWith(key: KeyObject, { mac, ...said }: SignedHead): boolean {
  return sameHash(mac, headMac(key, { ...said, workspaceId: said.workspaceId ?? 'deployment' }))
}

/**
 * Reads a chain from its first entry to its last and says where it stops being what was written. Keeps one row in memory.
 * What is appended meanwhile is verified too.
 * @param kept heads of this chain from elsewhere; without one, a tail that was cut off together with the head's row is
 * not seen.
 */
export async function verifyChain(
  store: ChainStore,
  key: KeyObject,
  workspaceId: string | null,
  kept: readonly SignedHead[] = [],
): Promise<Verdict> {
  const head = await store.head(workspaceId)
  const expected = new Map(kept.map((signed) => [signed.sequence, signed]))
  let last: ChainHead = { sequence: 0, hash: GENESIS }
  let suspect: StoredRow | null = null
  for await (const row of store.rows(workspaceId)) {
    const isChained = sameHash(row.hash, chainHash(key, last.hash, row))
    // The first row alone cannot tell a wrong key from a changed row; the second one can.
    if (suspect) return broken(suspect, isChained ? { kind: 'changed' } : { kind: 'wrong_key' })
    if (row.sequence !== last.sequence + 1) return { ...broken(row, { kind: 'missing' }), sequence: last.sequence + 1 }
    if (!isChained && row.sequence > 1) return broken(row, { kind: 'changed' })
    if (!isChained) suspect = row
    const signed = expected.get(row.sequence)
    if (signed && !suspect && signed.hash !== row.hash) return broken(row, { kind: 'rewritten', keptAt: signed.at })
    if (row.sequence === head.sequence && !suspect && row.hash !== head.hash) return broken(row, { kind: 'changed' })
    last = row
  }
  if (suspect) return broken(suspect, { kind: 'wrong_key' })
  const latest = kept.reduce<SignedHead | null>((a, b) => (a && a.sequence >= b.sequence ? a : b), null)
  if (latest && workspaceId !== null && last.sequence === 0 && latest.sequence > 0) {
    const erased = await store.erased(workspaceId)
    if (erased && erased.sequence >= latest.sequence)
      return { kind: 'erased', entries: erased.sequence, tombstone: erased.tombstone }
  }
  const known = Math.max(head.sequence, latest?.sequence ?? 0)
  if (known > last.sequence) {
    const keptAt = latest && latest.sequence > head.sequence ? latest.at : null
    return { kind: 'broken', sequence: last.sequence + 1, row: null, fault: { kind: 'truncated', known, keptAt } }
  }
  return { kind: 'whole', entries: last.sequence, before: await store.before(workspaceId) }
}

const broken = (row: StoredRow, fault: Fault) => ({ kind: 'broken', sequence: row.sequence, row, fault }) as const
