import type { JournalEntry } from '@/sandbox/state/journal'
import { grouped } from './grouped'
import { CLOCKS_MS, type Evidence, type Seed } from './sandbox-entries'
import type { LineageRow, TrailRow } from './trail'

export type Disagreement = { readonly connectionId: string; readonly what: string }

const STORED = new Set(['rotated', 'refresh_token_kept'])

/**
 * Whether three records of the same rotations agree that know nothing of each other: what the sandbox received and
 * issued, what the database changed, and what the product says of itself in its lineage.
 */
export function disagreements(evidence: Evidence): { chain: Disagreement[]; writeAhead: Disagreement[] } {
  const trail = grouped(evidence.trail, ({ connectionId }) => connectionId)
  const lineage = grouped(evidence.lineage, ({ connectionId }) => connectionId)
  const sends = grouped(evidence.journal, ({ grantId }) => grantId ?? '')
  const of = (judge: (seed: Seed, trail: TrailRow[], lineage: LineageRow[], sends: JournalEntry[]) => string[]) =>
    evidence.seeds.flatMap((seed) => {
      const { connectionId, grantId } = seed
      const found = judge(
        seed,
        trail.get(connectionId) ?? [],
        lineage.get(connectionId) ?? [],
        sends.get(grantId) ?? [],
      )
      return found.map((what) => ({ connectionId, what }))
    })
  return { chain: of(brokenLinks), writeAhead: of(unmarkedSends) }
}

/** Each stored generation continues the one before it by a rotation that the sandbox made. */
function brokenLinks(seed: Seed, trail: TrailRow[], lineage: LineageRow[], sends: JournalEntry[]): string[] {
  const stored = lineage.filter(({ outcome }) => STORED.has(outcome))
  const committed = trail.flatMap((row, n) =>
    n > 0 && row.generation !== trail[n - 1]?.generation ? [row.generation] : [],
  )
  const told = stored.map(({ generation }) => generation)
  const found = committed.join() === told.join() ? [] : [`the row has generations ${committed}, the lineage ${told}`]
  let newest = seed.refreshFingerprint
  for (const { generation, presentedFingerprint, issuedFingerprint } of stored) {
    if (presentedFingerprint !== newest) found.push(`generation ${generation} does not continue the one before`)
    const made = sends.some(
      (send) => send.presentedToken === presentedFingerprint && send.issuedRefreshToken === issuedFingerprint,
    )
    if (!made) found.push(`the sandbox did not make generation ${generation}`)
    newest = issuedFingerprint ?? ''
  }
  return found
}

/** Each request that left has a mark of its own that was stored before: the write-ahead, killed servers included. */
function unmarkedSends(seed: Seed, trail: TrailRow[], lineage: LineageRow[], sends: JournalEntry[]): string[] {
  const stored = lineage.filter(({ outcome }) => STORED.has(outcome))
  const generations = new Map([
    [seed.refreshFingerprint, 1],
    ...stored.map((row) => [row.issuedFingerprint ?? '', row.generation] as const),
  ])
  const marks = grouped(
    trail.filter((row, n) => row.sentFence !== null && row.sentFence === row.fence && isMark(row, trail[n - 1])),
    ({ generation }) => generation,
  )
  const sent = new Map<number, number>()
  return sends.flatMap((send) => {
    const generation = generations.get(send.presentedToken ?? '')
    if (generation === undefined) return [`the sandbox received ${send.presentedToken}, which was never stored`]
    const nth = (sent.get(generation) ?? 0) + 1
    sent.set(generation, nth)
    const mark = (marks.get(generation) ?? [])[nth - 1]
    return mark && mark.at <= send.at + CLOCKS_MS
      ? []
      : [`send ${nth} of generation ${generation} has no mark before it`]
  })
}

/** An undo puts back the attempt before, whose fence is not the row's newest. */
function isMark(row: TrailRow, before: TrailRow | undefined): boolean {
  return row.sentFence !== before?.sentFence && row.sendCount > (before?.sendCount ?? 0)
}
