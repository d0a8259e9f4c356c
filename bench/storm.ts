import { type Figure, percentile, ratio } from './figure'
import type { Child, Stage } from './stage'

const LATENCY_MS = 200

type Verdict = { readonly tokenRequests: number; readonly answered429: number }

/** Many callers in several processes need the token of one connection that has just expired. */
export async function storm(stage: Stage): Promise<Figure[]> {
  const four = await Promise.all(Array.from({ length: 4 }, () => stage.start()))
  const big = await askAtOnce(stage, four, 1_000)
  const small = await askAtOnce(stage, four.slice(0, 2), 64)
  await Promise.all(four.map((child) => child.end()))
  const p99 = percentile(big.waitsMs, 0.99)
  return [
    calls('1,000 callers in 4 processes, one expired connection', big, 1_000),
    calls('64 callers in 2 processes, one expired connection', small, 64),
    {
      question: `waiting p99 of the 1,000, over the provider's ${LATENCY_MS} ms`,
      measured: `${ratio(p99 / LATENCY_MS)} (${p99.toFixed(0)} ms)`,
      target: 'shown',
      isMet: true,
    },
  ]
}

type Burst = { readonly served: number; readonly calls: number; readonly waitsMs: number[] }

function calls(question: string, { served, calls }: Burst, callers: number): Figure {
  return {
    question,
    measured: `${calls} calls, ${served} of ${callers} served`,
    target: `1 call, ${callers} of ${callers}`,
    isMet: calls === 1 && served === callers,
  }
}

async function askAtOnce(stage: Stage, children: readonly Child[], callers: number): Promise<Burst> {
  await stage.reset({ latencyMs: LATENCY_MS })
  const [grant] = await stage.seed(1)
  if (!grant) throw new Error('Nothing was seeded')
  const each = callers / children.length
  const { workspaceId, connectionId } = grant
  const connectionIds = Array.from({ length: each }, () => connectionId)
  const answers = await Promise.all(
    children.map((child) => child.ask({ kind: 'tokens', workspaceId, connectionIds, concurrency: each })),
  )
  const told = answers.flatMap((answer) => answer.told)
  const { tokenRequests } = await stage.control<Verdict>('GET', 'verdict')
  return {
    served: told.filter(({ token }) => token !== null).length,
    calls: tokenRequests,
    waitsMs: told.map(({ ms }) => ms),
  }
}
