import { type Figure, median, ratio } from './figure'
import type { Stage } from './stage'

const SIZES = [1_000, 100_000, 1_000_000]
const ROUNDS = 60

/** What a scan and a page cost when there are a thousand times as many connections; all in one workspace, the worst case. */
export async function growth(stage: Stage): Promise<Figure[]> {
  await stage.reset({ latencyMs: 0 })
  const [grant] = await stage.seed(1)
  if (!grant) throw new Error('Nothing was seeded')
  const { workspaceId } = grant
  const child = await stage.start()
  const due: number[] = []
  const page: number[] = []
  let scanned = 0
  for (const size of SIZES) {
    await growTo(stage, workspaceId, size)
    await child.ask({ kind: 'scans', workspaceId, rounds: 10 }) // plans and caches
    const before = await wholeTableScans(stage)
    const { dueMs, pageMs } = await child.ask({ kind: 'scans', workspaceId, rounds: ROUNDS })
    // A thousand rows are few pages: there the whole table may well be the shorter way.
    if (size > 1_000) scanned += (await wholeTableScans(stage)) - before
    due.push(median(dueMs))
    page.push(median(pageMs))
  }
  await child.end()
  return [
    flat('the scan for keep-alive', due),
    flat('the first page of connections', page),
    {
      question: 'reads of a whole table at 100,000 and 1,000,000',
      measured: String(scanned),
      target: '0',
      isMet: scanned === 0,
    },
  ]
}

function flat(what: string, medians: readonly number[]): Figure {
  const first = medians[0] ?? Number.NaN
  const worst = Math.max(...medians) / first
  const told = medians.map((ms, n) => `${SIZES[n]?.toLocaleString('en')}: ${ms.toFixed(1)} ms`).join(', ')
  return { question: `${what} (${told})`, measured: ratio(worst), target: '≤ 1.50 ×', isMet: worst <= 1.5 }
}

/**
 * Rows as long as real ones, of which at each size more are due than a scan takes. Their tokens are no tokens: no one
 * opens them.
 */
async function growTo(stage: Stage, workspaceId: string, size: number): Promise<void> {
  const sealed = 'x'.repeat(420)
  await stage.sql(
    `WITH missing AS (
       SELECT $2::int - count(*)::int AS n FROM connection
     ), made AS (
       INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_at, requested_scopes, granted_scopes)
       SELECT gen_random_uuid(), $1, 'local', 'acct_' || gen_random_uuid(), now(), '{account_details:read}', '{account_details:read}'
       FROM missing, generate_series(1, missing.n)
       RETURNING id, airwallex_account_id
     )
     INSERT INTO credential (connection_id, workspace_id, environment, airwallex_account_id, status, status_since,
       grant_no, generation, sealed_access_token, sealed_refresh_token, access_token_life_seconds,
       access_token_expires_at, refresh_token_expires_at, authorized_at, rotated_at, keep_alive_at)
     SELECT id, $1, 'local', airwallex_account_id, 'active', now(), 1, 1, $3, $3, 300, now(), now() + interval '60 days',
       now(), now(), now() + CASE WHEN random() < $4 THEN -1 ELSE 30 * random() END * interval '1 day'
     FROM made`,
    [workspaceId, size, sealed, size <= 1_000 ? 0.3 : 0.01],
  )
  await stage.sql('VACUUM ANALYZE connection')
  await stage.sql('VACUUM ANALYZE credential')
}

async function wholeTableScans(stage: Stage): Promise<number> {
  const [row] = await stage.sql<{ n: string }>(
    `SELECT sum(seq_scan) AS n FROM pg_stat_user_tables WHERE relname IN ('connection', 'credential')`,
  )
  return Number(row?.n ?? 0)
}
