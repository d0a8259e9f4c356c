import 'server-only'
import { Prisma } from '@/lib/db'
import type { Figures } from '@/lib/rotation/figures'
import type { BreakerResult, RotationStore } from '@/lib/rotation/ports'
import {
  applyBreakerReport,
  applyClaimCanary,
  applyTakeSlot,
  type BreakerReport,
  type BreakerRow,
  closedBreaker,
} from '@/lib/rotation/row/breaker'
import { instant, ms } from './credential-sql'

export type StoredBreaker = BreakerRow

/** The breaker's row as one JSON value. */
export const readBreaker = Prisma.sql`(
  SELECT json_build_object('state', b.state, 'reason', b.reason, 'since', ${ms('b.since')}, 'failures', b.failures,
    'canaryAt', ${ms('b.canary_at')}, 'slotHolder', b.slot_holder, 'slotUntil', ${ms('b.slot_until')})
  FROM breaker b WHERE b.id = 1)`

/** Without a row nothing has failed yet. */
export const toBreaker = (stored: StoredBreaker | null): BreakerRow => stored ?? closedBreaker

type Options = {
  /** Runs one statement within its bound; never rejects. */
  readonly run: <Row>(statement: Prisma.Sql) => Promise<{ readonly rows: Row[] } | { readonly cause: unknown }>
  readonly figures: Figures
}

type BreakerPort = Pick<RotationStore, 'takeSlot' | 'claimCanary' | 'report'>

const MOST_TRIES = 3

/**
 * The breaker's changes are the pure functions of breaker.ts themselves, written only over the row that they were applied
 * to. No transaction holds the row between the two: a process that is frozen there would keep every other one from it, and
 * its connection from the pool.
 */
export function breakerStore({ run, figures }: Options): BreakerPort {
  async function change(apply: (breaker: BreakerRow, now: number) => BreakerRow | null): Promise<BreakerResult> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const read = await run<{ breaker: StoredBreaker | null; version: string | null; at: number }>(
        Prisma.sql`SELECT ${readBreaker} AS "breaker", ${ms('rotation_clock()')} AS "at",
          (SELECT xmin::text FROM breaker WHERE id = 1) AS "version"`,
      )
      if ('cause' in read) return { kind: 'unknown', cause: read.cause }
      const [found] = read.rows
      if (!found) return { kind: 'refused' }
      const before = toBreaker(found.breaker)
      const after = apply(before, found.at)
      if (!after) return { kind: 'refused' }
      if (after === before) return { kind: 'applied' }
      const written = await run<{ id: number }>(write(after, found.version))
      if ('cause' in written) return { kind: 'unknown', cause: written.cause }
      if (written.rows.length > 0) return { kind: 'applied' }
    }
    return { kind: 'unknown', cause: new Error('The breaker changed each time it was read') }
  }

  return {
    takeSlot: (args) => change((breaker, now) => applyTakeSlot(breaker, args, now)),
    claimCanary: (args) => change((breaker, now) => applyClaimCanary(breaker, args, now)),
    async report(report: BreakerReport) {
      await change((breaker, now) => applyBreakerReport(breaker, report, figures, now))
    },
  }
}

const write = (breaker: BreakerRow, version: string | null) => Prisma.sql`
  INSERT INTO breaker AS b (id, state, reason, since, failures, canary_at, slot_holder, slot_until)
  VALUES (1, ${breaker.state}, ${breaker.reason}, ${instant(breaker.since)}, ${JSON.stringify(breaker.failures)}::jsonb,
    ${instant(breaker.canaryAt)}, ${breaker.slotHolder}, ${instant(breaker.slotUntil)})
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, since = excluded.since,
    failures = excluded.failures, canary_at = excluded.canary_at, slot_holder = excluded.slot_holder,
    slot_until = excluded.slot_until
  WHERE b.xmin::text = ${version}
  RETURNING b.id`
