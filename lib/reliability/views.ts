import 'server-only'
import { type Db, inWorkspace, Prisma, db as sharedDb } from '@/lib/db'

// What the reliability page reads of a workspace's lineage. Each query reads a bounded number of index entries or rows,
// however busy the workspace is, and says how far back that reached.

export type Window = 'day' | 'month'

const HOURS: Readonly<Record<Window, number>> = { day: 24, month: 28 * 24 }

const COUNTED = 500_000
const TIMED = 50_000

/** How renewals ended, by outcome; authorizations are not renewals. */
export type Integrity = {
  readonly outcomes: readonly OutcomeCount[]
  /** Where the window holds more than is counted: the oldest that is. */
  readonly countedSince: Date | null
}

export type OutcomeCount = {
  readonly outcome: string
  readonly renewals: number
  /** How many of them took more than one send. */
  readonly repaired: number
}

export async function getIntegrity(
  workspaceId: string,
  window: Window,
  { db = sharedDb(), limit = COUNTED }: { readonly db?: Db; readonly limit?: number } = {},
): Promise<Integrity> {
  const hours = HOURS[window]
  // Of the compacted days those that lie whole inside the window: their rows are older than any window here as a rule.
  const rows = await inWorkspace(
    db,
    workspaceId,
    (tx) => tx.$queryRaw<(OutcomeCount & { readonly oldest: Date | null })[]>`
    WITH latest AS (
      SELECT outcome, repairs, committed_at FROM rotation
      WHERE workspace_id = ${workspaceId}::uuid AND cause <> 'authorization'
        AND committed_at > (SELECT rotation_clock()) - ${hours}::int * interval '1 hour'
      ORDER BY committed_at DESC LIMIT ${limit})
    SELECT outcome, sum(renewals)::int AS "renewals", coalesce(sum(repaired), 0)::int AS "repaired", min(oldest) AS "oldest"
    FROM (
      SELECT outcome, count(*) AS renewals, count(*) FILTER (WHERE repairs > 0) AS repaired, min(committed_at) AS oldest
      FROM latest GROUP BY outcome
      UNION ALL
      SELECT outcome, sum(rotations), sum(rotations) FILTER (WHERE repairs > 0), NULL FROM rotation_day
      WHERE workspace_id = ${workspaceId}::uuid AND cause <> 'authorization'
        AND day > ((SELECT rotation_clock()) - ${hours}::int * interval '1 hour') AT TIME ZONE 'UTC'
      GROUP BY outcome) AS counted
    GROUP BY outcome ORDER BY 2 DESC, 1`,
  )
  const outcomes = rows.map(({ outcome, renewals, repaired }) => ({ outcome, renewals, repaired }))
  const total = outcomes.reduce((sum, { renewals }) => sum + renewals, 0)
  const oldest = rows.flatMap((row) => row.oldest ?? []).toSorted((a, b) => a.getTime() - b.getTime())[0]
  return { outcomes, countedSince: total >= limit && oldest ? oldest : null }
}

/** Milliseconds: from sending until the answer, and until the new tokens were stored. */
export type Latency = {
  readonly renewals: number
  readonly answered: Percentiles
  readonly stored: Percentiles
}
export type Percentiles = { readonly p50: number; readonly p95: number; readonly p99: number }
export type HourOfLatency = Latency & { readonly hour: Date }

export type LatencyOfDay = {
  /** Null without any renewal. */
  readonly whole: Latency | null
  /** The oldest first; an hour without a renewal is not there. */
  readonly hours: readonly HourOfLatency[]
  /** Where the day holds more than is measured: the oldest that is. */
  readonly measuredSince: Date | null
}

type LatencyRow = {
  readonly hour: Date | null
  readonly renewals: number
  readonly answered: readonly number[]
  readonly stored: readonly number[]
  readonly oldest: Date
}

const RANKS = Prisma.sql`ARRAY[0.5, 0.95, 0.99]::float8[]`
const milliseconds = (until: Prisma.Sql) => Prisma.sql`(extract(epoch FROM ${until} - sent_at) * 1000)::float8`

/** Of the renewals of the last 24 hours whose last send was answered. */
export async function getLatency(
  workspaceId: string,
  { db = sharedDb(), limit = TIMED }: { readonly db?: Db; readonly limit?: number } = {},
): Promise<LatencyOfDay> {
  const rows = await db.$queryRaw<LatencyRow[]>`
    WITH timed AS (
      SELECT date_trunc('hour', committed_at, 'UTC') AS hour, committed_at, ${milliseconds(Prisma.sql`answered_at`)} AS answered,
        ${milliseconds(Prisma.sql`committed_at`)} AS stored
      FROM rotation WHERE workspace_id = ${workspaceId}::uuid AND outcome IN ('rotated', 'refresh_token_kept')
        AND committed_at > (SELECT rotation_clock()) - interval '24 hours'
        AND sent_at IS NOT NULL AND answered_at IS NOT NULL
      ORDER BY committed_at DESC LIMIT ${limit})
    SELECT hour, count(*)::int AS "renewals", percentile_cont(${RANKS}) WITHIN GROUP (ORDER BY answered) AS "answered",
      percentile_cont(${RANKS}) WITHIN GROUP (ORDER BY stored) AS "stored", min(committed_at) AS "oldest"
    FROM timed GROUP BY GROUPING SETS ((), (hour)) HAVING count(*) > 0 ORDER BY hour`
  const whole = rows.find(({ hour }) => hour === null)
  return {
    whole: whole ? toLatency(whole) : null,
    hours: rows.flatMap((row) => (row.hour ? { hour: row.hour, ...toLatency(row) } : [])),
    measuredSince: whole && whole.renewals >= limit ? whole.oldest : null,
  }
}

const toLatency = ({ renewals, answered, stored }: LatencyRow): Latency => {
  return { renewals, answered: toPercentiles(answered), stored: toPercentiles(stored) }
}

/** A database's clock may be set back between two stamps: no duration is shown as less than nothing. */
function toPercentiles([p50 = 0, p95 = 0, p99 = 0]: readonly number[]): Percentiles {
  return { p50: Math.max(0, p50), p95: Math.max(0, p95), p99: Math.max(0, p99) }
}
