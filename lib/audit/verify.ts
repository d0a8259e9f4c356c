import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { chainHash, GENESIS, headMac, sameHash } from './chain'
import type { Before, ChainHead, ChainStore, StoredRow } from './chain-store'
import { provenTombstones, type Tombstone } from './tombstones'

/** Where a chain ended when it was written down, to be kept elsewhere: one JSON object, one line. */
export const signedHead = z.strictObject({
  workspaceId: z.uuid().nullable(),
  sequence: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** What there was before the chain; absent in a head of a release that did not say. */
  before: z.strictObject({ entries: z.int().min(0), digest: z.string().nullable() }).optional(),
  at: z.iso.datetime(),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
})
export type SignedHead = z.output<typeof signedHead>

export type Verdict =
  | { readonly kind: 'whole'; readonly entries: number; readonly before: number }
  /** Erased with its workspace, after everything that was asked about. `tombstone`: the entry that proves it. */
  | { readonly kind: 'erased'; readonly entries: number; readonly tombstone: number }
  /** `sequence`: of the first bad row; 0 where it is about what was before the chain. */
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
  /** The entries from before the chain are not those that were there when it began, or when a head was kept. */
  | { readonly kind: 'before_changed'; readonly found: number; readonly known: number; readonly keptAt: string | null }
  /** The deployment's chain says that the workspace was deleted, and it is there. */
  | { readonly kind: 'revived'; readonly tombstone: number }

type StoredHead = Awaited<ReturnType<ChainStore['head']>>

export function signHead(key: KeyObject, workspaceId: string | null, head: StoredHead, at: Date): SignedHead {
  const said = { workspaceId, ...head, at: at.toISOString() }
  return { ...said, mac: headMac(key, { ...said, workspaceId: workspaceId ?? 'deployment' }) }
}

export function isSignedWith(key: KeyObject, { mac, ...said }: SignedHead): boolean {
  return sameHash(mac, headMac(key, { ...said, workspaceId: said.workspaceId ?? 'deployment' }))
}

/** Verifies chains one by one; the deployment's, which proves deletions, is read for all of them once. */
export function chainVerifier(store: ChainStore, key: KeyObject) {
  let tombstones: Promise<ReadonlyMap<string, Tombstone>> | null = null

  async function tombstoneOf(workspaceId: string): Promise<Tombstone | null> {
    tombstones ??= provenTombstones(store, key)
    return (await tombstones).get(workspaceId) ?? null
  }

  /**
   * @param kept heads of this chain from elsewhere; without one, a tail that was cut off together with the head's row is
   * not seen.
   */
  return async function verify(workspaceId: string | null, kept: readonly SignedHead[] = []): Promise<Verdict> {
    if (workspaceId === null) return verifyEntries(store, key, null, kept)
    const tombstone = await tombstoneOf(workspaceId)
    if (tombstone) return verifyErased(store, workspaceId, tombstone, kept)
    const verdict = await verifyEntries(store, key, workspaceId, kept)
    if (verdict.kind !== 'broken' || (await store.exists(workspaceId))) return verdict
    // It may have been deleted since the deployment's chain was read.
    tombstones = null
    const late = await tombstoneOf(workspaceId)
    return late ? verifyErased(store, workspaceId, late, kept) : verdict
  }
}

async function verifyErased(
  store: ChainStore,
  workspaceId: string,
  tombstone: Tombstone,
  kept: readonly SignedHead[],
): Promise<Verdict> {
  const { sequence, hash, entry } = tombstone
  const [exists, head] = [await store.exists(workspaceId), await store.head(workspaceId)]
  if (exists || head.sequence > 0) return broken(0, { kind: 'revived', tombstone: entry })
  for (const signed of kept) {
    if (signed.sequence > sequence)
      return broken(sequence + 1, { kind: 'truncated', known: signed.sequence, keptAt: signed.at })
    if (signed.sequence === sequence && signed.hash !== hash)
      return broken(sequence, { kind: 'rewritten', keptAt: signed.at })
  }
  return { kind: 'erased', entries: sequence, tombstone: entry }
}

/**
 * Reads a chain from its first entry to its last and says where it stops being what was written. Keeps one row in memory.
 * What is appended meanwhile is verified too.
 */
async function verifyEntries(
  store: ChainStore,
  key: KeyObject,
  workspaceId: string | null,
  kept: readonly SignedHead[],
): Promise<Verdict> {
  const head = await store.head(workspaceId)
  const before = await store.before(workspaceId)
  const changedBefore = judgeBefore(before, head.before, kept)
  if (changedBefore) return broken(0, changedBefore)
  const expected = new Map(kept.map((signed) => [signed.sequence, signed]))
  let last: ChainHead = { sequence: 0, hash: GENESIS }
  let suspect: StoredRow | null = null
  for await (const row of store.rows(workspaceId)) {
    const isChained = sameHash(row.hash, chainHash(key, last.hash, row))
    // The first row alone cannot tell a wrong key from a changed row; the second one can.
    if (suspect) return brokenAt(suspect, isChained ? { kind: 'changed' } : { kind: 'wrong_key' })
    if (row.sequence !== last.sequence + 1) return broken(last.sequence + 1, { kind: 'missing' }, row)
    if (!isChained && row.sequence > 1) return brokenAt(row, { kind: 'changed' })
    if (!isChained) suspect = row
    const signed = expected.get(row.sequence)
    if (signed && !suspect && signed.hash !== row.hash) return brokenAt(row, { kind: 'rewritten', keptAt: signed.at })
    if (row.sequence === head.sequence && !suspect && row.hash !== head.hash) return brokenAt(row, { kind: 'changed' })
    last = row
  }
  if (suspect) return brokenAt(suspect, { kind: 'wrong_key' })
  const latest = kept.reduce<SignedHead | null>((a, b) => (a && a.sequence >= b.sequence ? a : b), null)
  const known = Math.max(head.sequence, latest?.sequence ?? 0)
  if (known > last.sequence) {
    const keptAt = latest && latest.sequence > head.sequence ? latest.at : null
    return broken(last.sequence + 1, { kind: 'truncated', known, keptAt })
  }
  return { kind: 'whole', entries: last.sequence, before: before.entries }
}

function judgeBefore(found: Before, recorded: Before, kept: readonly SignedHead[]): Fault | null {
  const claims = [{ before: recorded, at: null }, ...kept]
  const other = claims.find(
    ({ before }) => before && (before.entries !== found.entries || before.digest !== found.digest),
  )
  if (!other?.before) return null
  return { kind: 'before_changed', found: found.entries, known: other.before.entries, keptAt: other.at }
}

const broken = (sequence: number, fault: Fault, row: StoredRow | null = null) =>
  ({ kind: 'broken', sequence, row, fault }) as const
const brokenAt = (row: StoredRow, fault: Fault) => broken(row.sequence, fault, row)
