import type { JournalEntry } from '@/sandbox/state/journal'
import type { Entry } from '../journal'
import type { ToldToken } from './fleet'
import { grouped } from './grouped'
import type { LineageRow, TrailRow } from './trail'

/** What a run with real processes left behind. All instants are of this machine's one clock. */
export type Evidence = {
  /** Refresh requests at the sandbox, in the order in which they arrived. */
  readonly journal: readonly JournalEntry[]
  readonly trail: readonly TrailRow[]
  readonly lineage: readonly LineageRow[]
  readonly tokens: readonly ToldToken[]
  readonly seeds: readonly Seed[]
  readonly accessTokenMs: number
  /** How each connection stands when the run is over, and whether its access token opened the account. */
  readonly rest: readonly Extract<Entry, { kind: 'rest' }>[]
  readonly working: ReadonlySet<string>
}

/** The grant that a connection began with. */
export type Seed = {
  readonly connectionId: string
  readonly grantId: string
  readonly refreshFingerprint: string
  readonly accessFingerprint: string
  readonly at: number
}

/** Instants of the sandbox, the database and the processes agree within this: one machine, three ways to ask it. */
export const CLOCKS_MS = 50

/** The checker's words for it. */
export function entriesOf(evidence: Evidence): Entry[] {
  const byConnection = grouped(evidence.trail, ({ connectionId }) => connectionId)
  const lineage = grouped(evidence.lineage, ({ connectionId }) => connectionId)
  const sends = grouped(evidence.journal, ({ grantId }) => grantId ?? '')
  const tokens = grouped(evidence.tokens, ({ connectionId }) => connectionId)
  const entries = evidence.seeds.flatMap((seed) => {
    const one: Of = {
      seed,
      trail: byConnection.get(seed.connectionId) ?? [],
      lineage: lineage.get(seed.connectionId) ?? [],
      sends: sends.get(seed.grantId) ?? [],
    }
    return [
      ...sendsOf(one),
      ...changesOf(one),
      ...droppedOf(one),
      ...tokensOf(one, tokens.get(seed.connectionId) ?? [], evidence.accessTokenMs),
    ]
  })
  return [...entries.sort((a, b) => a.at - b.at), ...evidence.rest]
}

type Of = {
  readonly seed: Seed
  readonly trail: readonly TrailRow[]
  readonly lineage: readonly LineageRow[]
  readonly sends: readonly JournalEntry[]
}

function sendsOf({ seed, trail, lineage, sends }: Of): Entry[] {
  const generations = new Map([
    [seed.refreshFingerprint, 1],
    ...lineage.map(({ issuedFingerprint, generation }) => [issuedFingerprint ?? '', generation] as const),
  ])
  return sends.map((send) => {
    const row = trail.findLast(({ at }) => at <= send.at - CLOCKS_MS)
    const generation = generations.get(send.presentedToken ?? '')
    return {
      kind: 'send',
      at: send.at,
      connection: seed.connectionId,
      tokenClass: send.refreshTokenClass,
      overlaps: send.overlaps,
      lateProbe:
        (trail.findLast((row) => row.at <= send.at + CLOCKS_MS && row.firstSentAt !== null)?.lateProbes ?? 0) > 0,
      // A token that was never stored has no generation.
      newestStored: generation !== undefined && generation >= (row?.generation ?? 1),
      upstream: { rotated: send.outcome === 'rotated', status: send.status },
    }
  })
}

function changesOf({ seed, trail, lineage, sends }: Of): Entry[] {
  return trail.flatMap((row, n): Entry[] => {
    const before = trail[n - 1]
    const common = { at: row.at, connection: seed.connectionId }
    if (row.status !== 'active' && before?.status === 'active') {
      return [{ ...common, kind: 'ended', reason: row.reason ?? 'unknown' }]
    }
    if (!before || row.generation === before.generation) return []
    const { grantNo, generation } = row
    const token = lineage.find((committed) => committed.generation === generation)?.issuedFingerprint ?? null
    return [{ ...common, kind: 'commit', grantNo, generation, live: isFresh(token, row.at, sends) }]
  })
}

/** Issued by Airwallex, and not presented before it was stored. */
function isFresh(token: string | null, at: number, sends: readonly JournalEntry[]): boolean {
  const issued = sends.some(({ issuedRefreshToken }) => issuedRefreshToken === token)
  return token !== null && issued && !sends.some((send) => send.presentedToken === token && send.at < at - CLOCKS_MS)
}

function droppedOf({ seed, trail, lineage }: Of): Entry[] {
  return lineage
    .filter(({ outcome }) => outcome === 'answer_dropped')
    .map(({ committedAt, generation }) => {
      const until = trail.filter(({ at }) => at <= committedAt)
      // A dropped answer is told under the generation that it would have become.
      const presented = generation - 1
      const moved = until.some((row) => row.generation > presented)
      const marks = until.filter((row) => row.generation === presented && row.sentFence !== null)
      return {
        kind: 'dropped',
        at: committedAt,
        connection: seed.connectionId,
        newerSend: moved || new Set(marks.map(({ sentFence }) => sentFence)).size > 1,
      }
    })
}

function tokensOf({ seed, sends }: Of, tokens: readonly ToldToken[], accessTokenMs: number): Entry[] {
  const issuedAt = new Map([
    [seed.accessFingerprint, seed.at],
    ...sends.map(({ issuedAccessToken, at }) => [issuedAccessToken ?? '', at] as const),
  ])
  return tokens.map(({ at, generation, fingerprint }) => {
    const issued = issuedAt.get(fingerprint ?? '')
    return {
      kind: 'token',
      at,
      connection: seed.connectionId,
      grantNo: 1,
      generation: generation ?? 0,
      // A token that the sandbox never issued is as bad as one that has expired.
      live: issued !== undefined && at < issued + accessTokenMs,
    }
  })
}
