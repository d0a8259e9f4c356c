import type { LogLine } from './fleet'
import type { Evidence, Seed } from './sandbox-entries'

/** Everything that is known of one connection from a while before its end, so that a loss can be understood. */
export function storyOf(evidence: Evidence, seed: Seed, log: readonly LogLine[]): string[] {
  const own = <Row extends { connectionId: string }>(rows: readonly Row[]) =>
    rows.filter(({ connectionId }) => connectionId === seed.connectionId)
  const told = [
    ...evidence.journal
      .filter(({ grantId }) => grantId === seed.grantId)
      .map((e) => ({
        at: e.at,
        text: `sandbox   ${e.presentedToken} (${e.refreshTokenClass}) → ${e.issuedRefreshToken ?? '-'} ${e.outcome ?? 'not processed'}, status ${e.status}, ${e.fault ?? 'no fault'}, delivered ${e.delivered}, ${e.overlaps} in flight`,
      })),
    ...own(evidence.trail).map((row) => ({
      at: row.at,
      text: `database  ${row.status} generation ${row.generation} fence ${row.fence} sent ${row.sentFence ?? '-'} sends ${row.sendCount} probes ${row.lateProbes} lease ${left(row.leaseUntil, row.at)} first sent ${left(row.firstSentAt, row.at)}`,
    })),
    ...own(evidence.lineage).map((row) => ({
      at: row.committedAt,
      text: `lineage   ${row.outcome} generation ${row.generation} ${row.presentedFingerprint} → ${row.issuedFingerprint ?? '-'} ${row.cause} by ${row.process}, ${row.repairs} repairs`,
    })),
    ...log.map(({ at, process, text }) => ({ at, text: `${process}: ${text}` })),
  ].sort((a, b) => a.at - b.at)
  return told.slice(-LINES).map(({ at, text }) => `${new Date(at).toISOString().slice(11, 23)} ${text}`)
}

const LINES = 60

const left = (instant: number | null, at: number) => (instant === null ? '-' : `${Math.round(instant - at)} ms`)
