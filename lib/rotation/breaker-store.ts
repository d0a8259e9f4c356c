import { type Db, Prisma } from '@/lib/db'
import {
  applyBreakerReport,
  applyClaimCanary,
  applyTakeSlot,
  type BreakerReport,
  type BreakerRow,
  closedBreaker,
} from './breaker'
import { instant, ms } from './credential-sql'
import type { Figures } from './figures'
import type { BreakerResult, RotationStore } from './ports'

export type StoredBreaker = BreakerRow

/** The breaker's row as one JSON value. */
export const readBreaker = Prisma.sql`(
  SELECT json_build_object('state', b.state, 'reason', b.reason, 'since', ${ms('b.since')}, 'failures', b.failures,
    'canaryAt', ${ms('b.canary_at')}, 'slotHolder', b.slot_holder, 'slotUntil', ${ms('b.slot_until')})
  FROM breaker b WHERE b.id = 1)`

/** Without a row nothing has failed yet. */
export const toBreaker = (stored: StoredBreaker | null): BreakerRow => stored ?? closedBreaker

type BreakerPort = Pick<RotationStore, 'takeSlot' | 'claimCanary' | 'report'>

/** The breaker's changes are the pure functions of breaker.ts themselves, applied under the row's lock. */
export function breakerStore({ db, figures }: { db: Db; figures: Figures }): BreakerPort {
  async function change(apply: (breaker: BreakerRow, now: number) => BreakerRow | null): Promise<BreakerResult> {
    try {
      return await db.$transaction(
        async (tx): Promise<BreakerResult> => {
          await tx.$executeRaw`SELECT 1 FROM breaker WHERE id = 1 FOR UPDATE`
          const [found] = await tx.$queryRaw<{ breaker: StoredBreaker | null; at: number }[]>(
            Prisma.sql`SELECT ${readBreaker} AS "breaker", ${ms('rotation_clock()')} AS "at"`,
          )
          if (!found) return { kind: 'refused' }
          const before = toBreaker(found.breaker)
          const after = apply(before, found.at)
          if (!after) return { kind: 'refused' }
          if (after !== before) await tx.$executeRaw(write(after))
          return { kind: 'applied' }
        },
        { maxWait: figures.statementMs / 2, timeout: figures.statementMs / 2 },
      )
    } catch (cause) {
      return { kind: 'unknown', cause }
    }
  }

  return {
    takeSlot: (args) => change((breaker, now) => applyTakeSlot(breaker, args, now)),
    claimCanary: (args) => change((breaker, now) => applyClaimCanary(breaker, args, now)),
    async report(report: BreakerReport) {
      await change((breaker, now) => applyBreakerReport(breaker, report, figures, now))
    },
  }
}

const write = (breaker: BreakerRow) => Prisma.sql`
  INSERT INTO breaker AS b (id, state, reason, since, failures, canary_at, slot_holder, slot_until)
  VALUES (1, ${breaker.state}, ${breaker.reason}, ${instant(breaker.since)}, ${JSON.stringify(breaker.failures)}::jsonb,
    ${instant(breaker.canaryAt)}, ${breaker.slotHolder}, ${instant(breaker.slotUntil)})
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, since = excluded.since,
    failures = excluded.failures, canary_at = excluded.canary_at, slot_holder = excluded.slot_holder,
    slot_until = excluded.slot_until`
