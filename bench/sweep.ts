import { type Figure, median, ratio } from './figure'
import type { Child, Stage } from './stage'

const CONNECTIONS = 10_000
const EXPIRED = 300
const EXPIRED_ROUNDS = 5
/** The first thousand refreshes of a process cost twice what later ones do, until V8 has compiled what is hot. */
const WARM_UP_ROUNDS = 5
const ALONE = 200
const LATENCY_MS = 100
const MEBIBYTE = 1_048_576

/** How much of what the provider can answer the product makes use of. */
export async function sweep(stage: Stage): Promise<Figure[]> {
  const child = await stage.start()
  // `expired` warms the process up for `alone`.
  const figures = [...(await keepAlive(stage, child)), await expired(stage, child), await alone(stage, child)]
  await child.end()
  return figures
}

async function keepAlive(stage: Stage, child: Child): Promise<Figure[]> {
  const bare = await bareRate(stage, child, { count: 1_000, concurrency: 32, latencyMs: LATENCY_MS })
  await stage.reset({ latencyMs: LATENCY_MS })
  await stage.seed(CONNECTIONS, { dueForKeepAlive: true })
  const before = await stage.commits()
  // A worker that has done nothing else: its memory is a figure.
  const worker = await stage.start()
  const { rotated, ms, rssBytes } = await worker.ask({ kind: 'keep_alive' })
  await worker.end()
  const commits = (await stage.commits()) - before
  const rate = (rotated / ms) * 1_000
  const memory = rssBytes / MEBIBYTE
  const trips = commits / rotated
  return [
    {
      question: `${rotated.toLocaleString('en')} connections due, ${rate.toFixed(0)}/s against a bare client's ${bare.toFixed(0)}/s`,
      measured: ratio(rate / bare),
      target: '≥ 0.60 ×',
      isMet: rotated === CONNECTIONS && rate / bare >= 0.6,
    },
    {
      question: 'memory of the process meanwhile',
      measured: `${memory.toFixed(0)} MiB`,
      target: '< 250 MiB',
      isMet: memory < 250,
    },
    {
      question: 'statements in the database for one rotation',
      measured: trips.toFixed(2),
      target: 'shown',
      isMet: true,
    },
  ]
}

async function expired(stage: Stage, child: Child): Promise<Figure> {
  const shares: number[] = []
  let served = 0
  for (let round = -WARM_UP_ROUNDS; round < EXPIRED_ROUNDS; round++) {
    const bare = await bareRate(stage, child, { count: EXPIRED, concurrency: 64, latencyMs: LATENCY_MS })
    await stage.reset({ latencyMs: LATENCY_MS })
    const grants = await stage.seed(EXPIRED)
    const connectionIds = grants.map(({ connectionId }) => connectionId)
    const workspaceId = grants[0]?.workspaceId ?? ''
    const { told, ms } = await child.ask({ kind: 'tokens', workspaceId, connectionIds, concurrency: 64 })
    if (round < 0) continue
    served += told.filter(({ token }) => token !== null).length
    shares.push((EXPIRED / ms) * (1_000 / bare))
  }
  const share = median(shares)
  return {
    question: `${EXPIRED} expired connections at 64 a time against a bare client, median of ${EXPIRED_ROUNDS}`,
    measured: ratio(share),
    target: '≥ 0.60 ×',
    isMet: served === EXPIRED_ROUNDS * EXPIRED && share >= 0.6,
  }
}

/** One refresh after the other, less what the provider itself takes. */
async function alone(stage: Stage, child: Child): Promise<Figure> {
  const bareMs = 1_000 / (await bareRate(stage, child, { count: ALONE, concurrency: 1, latencyMs: 0 }))
  await stage.reset({ latencyMs: 0 })
  const grants = await stage.seed(ALONE)
  const connectionIds = grants.map(({ connectionId }) => connectionId)
  const workspaceId = grants[0]?.workspaceId ?? ''
  const { ms } = await child.ask({ kind: 'tokens', workspaceId, connectionIds, concurrency: 1 })
  const ownMs = ms / ALONE - bareMs
  return {
    question: `own cost of one refresh, less a bare client's ${bareMs.toFixed(1)} ms`,
    measured: `${ownMs.toFixed(1)} ms`,
    target: '≤ 8 ms',
    isMet: ownMs <= 8,
  }
}

type Bare = { readonly count: number; readonly concurrency: number; readonly latencyMs: number }

async function bareRate(stage: Stage, child: Child, { count, concurrency, latencyMs }: Bare): Promise<number> {
  await stage.reset({ latencyMs })
  const refreshTokens = (await stage.seed(count)).map(({ refreshToken }) => refreshToken)
  const { ok, ms } = await child.ask({ kind: 'bare', refreshTokens, concurrency })
  if (ok !== count) throw new Error(`The bare client got ${ok} of ${count}`)
  return (count / ms) * 1_000
}
