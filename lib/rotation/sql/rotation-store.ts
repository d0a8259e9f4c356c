import 'server-only'
import { type Db, Prisma, prepared } from '@/lib/db'
import type { Figures } from '@/lib/rotation/figures'
import type { OnConnection, ReadResult, RotationStore, StatementResult } from '@/lib/rotation/ports'
import type { ConnectionKey } from '@/lib/rotation/row/row'
import type { DueForKeepAlive, RotationScans } from '@/lib/rotation/row/scans'
import { breakerStore, readBreaker, type StoredBreaker, toBreaker } from './breaker-store'
import { clearMark, dueNow, instant, interval, ms, rowAndClock, type StoredRow, toRow } from './credential-sql'
import {
  endGrant,
  holdingLease,
  insertLineage,
  interrupted,
  ofConnection,
  ofVersion,
  retryAfter,
  scanned,
  unclaimed,
  unreadable,
  update,
  withLineage,
} from './credential-statements'

// One method, one statement, which commits by itself: nothing is held while Airwallex answers. What each means is
// written down as a function of the row in statements.ts and grant-statements.ts; rotation-store.integration.test.ts
// holds the two against each other. Conditions call rotation_clock() in place, never a value taken before the row was
// locked: after a lock wait PostgreSQL evaluates them again.

type Options = {
  /** The pool that ordinary statements use. */
  readonly db: Db
  /**
   * A pool that makes a new connection for each statement, for what must become known and did not at the first try: it is
   * not sent into a connection that may be dead.
   */
  readonly freshDb: Db
  readonly figures: Figures
}

type Ran<Row> = { readonly rows: Row[] } | { readonly cause: unknown }

/** PostgreSQL as the rotation's store. */
export function rotationStore({ db, freshDb, figures }: Options): RotationStore & RotationScans {
  /** Settles within `statementMs` and never rejects: an error or a time-out leaves open whether the statement ran. */
  async function run<Row>(statement: Prisma.Sql, on: Db): Promise<Ran<Row>> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<Ran<Row>>((resolve) => {
      timer = setTimeout(() => resolve({ cause: new Error('The statement took too long') }), figures.statementMs)
    })
    const result = await Promise.race([
      on.$queryRaw<Row[]>(statement).then(
        (rows) => ({ rows }),
        (cause: unknown) => ({ cause }),
      ),
      timeout,
    ])
    clearTimeout(timer)
    return result
  }

  async function change(statement: Prisma.Sql, on: Db = db): Promise<StatementResult> {
    const result = await run<StoredRow>(prepared(statement), on)
    if ('cause' in result) return { kind: 'unknown', cause: result.cause }
    const [stored] = result.rows
    return stored ? { kind: 'applied', ...toRow(stored) } : { kind: 'refused' }
  }

  const connected = (on: OnConnection = 'pooled') => (on === 'fresh' ? freshDb : db)
  const settle = (statement: Prisma.Sql, on?: OnConnection) => change(statement, connected(on))

  return {
    async read(key, on): Promise<ReadResult> {
      const result = await run<StoredRow & { frozen: boolean; breaker: StoredBreaker | null }>(
        prepared(Prisma.sql`
          SELECT ${rowAndClock}, is_frozen(c.workspace_id, c.connection_id) AS "frozen", ${readBreaker} AS "breaker"
          FROM credential c WHERE ${ofConnection(key)}`),
        connected(on),
      )
      if ('cause' in result) return { kind: 'unknown', cause: result.cause }
      const [found] = result.rows
      if (!found) return { kind: 'absent' }
      const { frozen, breaker, ...stored } = found
      return { kind: 'found', reading: { ...toRow(stored), frozen, breaker: toBreaker(breaker) } }
    },

    claim: (args) =>
      change(
        update(
          Prisma.sql`fence = c.fence + 1, lease_until = rotation_clock() + ${interval(args.leaseMs)}`,
          Prisma.sql`${ofVersion(args)} AND c.status = 'active'
          AND (c.lease_until IS NULL OR c.lease_until <= rotation_clock())
          AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= rotation_clock())`,
        ),
      ),

    mark: (args) =>
      change(
        update(
          Prisma.sql`sent_fence = ${args.fence}, first_sent_at = coalesce(c.first_sent_at, rotation_clock()),
          ambiguous_since = coalesce(c.ambiguous_since, rotation_clock()), send_count = c.send_count + 1,
          unreadable_since = NULL`,
          Prisma.sql`${holdingLease(args)} AND c.quarantined_at IS NULL
          AND (c.first_sent_at >= rotation_clock() - ${interval(args.windowMs)}
            OR (c.first_sent_at IS NULL AND c.frozen_at IS NULL AND NOT is_frozen(c.workspace_id, c.connection_id)))`,
        ),
      ),

    markLateProbe: (args) =>
      change(
        update(
          Prisma.sql`sent_fence = ${args.fence}, first_sent_at = rotation_clock(), send_count = c.send_count + 1,
          late_probes = c.late_probes + 1, unreadable_since = NULL`,
          Prisma.sql`${holdingLease(args)} AND c.quarantined_at IS NULL
          AND c.first_sent_at < rotation_clock() - ${interval(args.windowMs)}`,
        ),
      ),

    commit(args, on) {
      const life = interval(args.accessTokenLifeSeconds * 1_000)
      const elapsed = interval(args.elapsedMs)
      const lifeless = Prisma.sql`attempts = c.attempts + 1,
        next_attempt_at = rotation_clock() + ${interval(args.backOffMs)}`
      return settle(
        withLineage(
          args,
          update(
            Prisma.sql`${clearMark}, ${args.accessTokenLifeSeconds === 0 ? lifeless : dueNow},
              generation = c.generation + 1, commit_fence = ${args.fence},
              sealed_access_token = ${args.sealedAccessToken}, sealed_refresh_token = ${args.sealedRefreshToken},
              access_token_life_seconds = ${args.accessTokenLifeSeconds},
              access_token_expires_at =
                least(rotation_clock() + ${life} - ${elapsed}, ${instant(args.sentAt)} + ${life}),
              refresh_token_expires_at =
                rotation_clock() + ${interval(args.refreshTokenLifeSeconds * 1_000)} - ${elapsed},
              rotated_at = rotation_clock(), keep_alive_at = rotation_clock() + ${interval(args.keepAliveInMs)},
              disconnect_event_at =
                CASE WHEN c.disconnect_event_at >= ${instant(args.sentAt)} THEN c.disconnect_event_at END`,
            Prisma.sql`${ofVersion(args)} AND c.status = 'active' AND c.sent_fence = ${args.fence}`,
          ),
        ),
        on,
      )
    },

    undo: (args, on) =>
      settle(
        update(
          Prisma.sql`${retryAfter(args)}, sent_fence = ${args.sentFenceBefore}, send_count = c.send_count - 1,
          late_probes = c.late_probes - ${args.lateProbe ? 1 : 0},
          first_sent_at = CASE WHEN c.send_count = 1 THEN NULL
            ELSE ${args.lateProbe ? instant(args.lateProbe.firstSentAt) : Prisma.sql`c.first_sent_at`} END,
          ambiguous_since = CASE WHEN c.send_count = 1 THEN NULL ELSE c.ambiguous_since END`,
          Prisma.sql`${ofVersion(args)} AND c.fence = ${args.fence} AND c.sent_fence = ${args.fence}`,
        ),
        on,
      ),

    release: (args) => change(update(retryAfter(args), Prisma.sql`${ofConnection(args)} AND c.fence = ${args.fence}`)),

    force: (args) =>
      change(
        update(
          Prisma.sql`forced_at = rotation_clock()`,
          Prisma.sql`${ofVersion(args)} AND c.status = 'active'
          AND (c.forced_at IS NULL OR c.forced_at <= rotation_clock() - ${interval(args.everyMs)})`,
        ),
      ),

    reject: (args, on) =>
      settle(
        withLineage(
          args,
          update(
            endGrant('reauthorization_required', args.reason),
            Prisma.sql`${ofVersion(args)} AND c.status = 'active' AND c.sent_fence = ${args.fence}`,
          ),
        ),
        on,
      ),

    terminal: (args, on) =>
      settle(
        withLineage(
          args,
          update(
            endGrant('reauthorization_required', args.reason),
            Prisma.sql`${ofVersion(args)} AND c.status = 'active' AND c.fence = ${args.fence}
          AND c.first_sent_at < rotation_clock() - ${interval(args.windowMs)}`,
          ),
        ),
        on,
      ),

    setAside: (args) =>
      change(
        update(
          Prisma.sql`${retryAfter({ ...args, countAttempt: true })},
          unreadable_since = coalesce(c.unreadable_since, rotation_clock())`,
          Prisma.sql`${ofVersion(args)} AND c.status = 'active' AND c.fence = ${args.fence}`,
        ),
      ),

    async record(key, lineage) {
      await run(insertLineage(key, lineage), db)
    },

    async dueForRescue({ windowMs, limit, pastWindowLimit }) {
      const windowStart = Prisma.sql`(SELECT rotation_clock()) - ${interval(windowMs)}`
      return found(
        await run<ConnectionKey>(
          Prisma.sql`
        (${interrupted} AND c.first_sent_at >= ${windowStart} ORDER BY c.first_sent_at LIMIT ${limit})
        UNION ALL
        (${interrupted} AND c.first_sent_at < ${windowStart} ORDER BY c.first_sent_at LIMIT ${pastWindowLimit})
        UNION ALL
        (${unreadable} ORDER BY c.next_attempt_at NULLS FIRST LIMIT ${pastWindowLimit})`,
          db,
        ),
      )
    },

    async dueForKeepAlive({ after, limit }) {
      const behind = after
        ? Prisma.sql`AND (c.keep_alive_at, c.connection_id) > (${instant(after.keepAliveAt)}, ${after.connectionId}::uuid)`
        : Prisma.empty
      return found(
        await run<DueForKeepAlive>(
          Prisma.sql`
        SELECT ${scanned}, ${ms('c.keep_alive_at')} AS "keepAliveAt" FROM credential c
        WHERE c.status = 'active' AND c.keep_alive_at <= (SELECT rotation_clock()) ${behind} AND ${unclaimed}
          AND c.frozen_at IS NULL AND c.workspace_id NOT IN (SELECT frozen_workspaces())
        ORDER BY c.keep_alive_at, c.connection_id LIMIT ${limit}`,
          db,
        ),
      )
    },

    ...breakerStore({ run: (statement) => run(statement, db), figures }),
  }
}

function found<Row>(result: Ran<Row>): Row[] {
  if ('cause' in result) throw new Error('The scan for due connections failed', { cause: result.cause })
  return result.rows
}
