import { setTimeout as sleep } from 'node:timers/promises'
import { type Figure, percentile } from './figure'
import type { Grant } from './seed'
import type { Child, Stage } from './stage'
import { struckInMidRefresh } from './struck'
import { tokensOf, tokenWorks, untilRepaired } from './tokens'

const EACH = 16

/** Twelve kinds of trouble that one token request may meet. */
const FAULTS = [
  { kind: 'drop_before' },
  { kind: 'reset_before' },
  { kind: 'drop_after' },
  { kind: 'reset_after' },
  { kind: 'delay_answer', delayMs: 8_000 },
  { kind: 'hang' },
  { kind: 'status', status: 503 },
  { kind: 'status_after', status: 500 },
  { kind: 'status', status: 429 },
  { kind: 'truncate' },
  { kind: 'html' },
  { kind: 'malformed_json' },
]
/** A client that polls was there before its tokens end: inside the minute in which they are renewed beside the caller. */
const LEFT_SECONDS = 55
const POLL_MS = 1_000

/** Connections that die of one fault, whether a client keeps asking or asks once, too late, and goes away. */
export async function faults(stage: Stage): Promise<Figure[]> {
  await stage.reset({ latencyMs: 20 })
  const [rescuer, polling, idle] = await Promise.all([stage.start(), stage.start(), stage.start()])
  await rescuer.ask({ kind: 'rescue' })
  const expired = await stage.seed(FAULTS.length * EACH)
  const ending = await stage.seed(FAULTS.length * EACH, { leftSeconds: LEFT_SECONDS })
  const grants = [...expired, ...ending]
  await stage.control(
    'POST',
    'faults',
    grants.map(({ accountId }, n) => ({ ...FAULTS[n % FAULTS.length], match: { endpoint: 'token', accountId } })),
  )
  const [asked, polled] = await Promise.all([tokensOf(idle, expired), pollUntilRenewed(polling, ending)])
  const interrupted = await untilRepaired(stage)
  const told = [...polled.last, ...(await tokensOf(idle, expired))]
  const works = await Promise.all(told.map(({ token }) => tokenWorks(stage, token)))
  await Promise.all([rescuer, polling, idle].map((child) => child.end()))
  const lost = works.filter((isGood) => !isGood).length
  return [
    {
      question: `connections lost of ${grants.length} (12 faults, polling or idle, ${EACH} each)`,
      measured: String(lost),
      target: '0',
      isMet: lost === 0 && interrupted === 0,
    },
    {
      question: 'requests of the polling client that got no token',
      measured: `${polled.refused} of ${polled.requests}`,
      target: '0',
      isMet: polled.refused === 0,
    },
    {
      question: 'requests of the client that comes when its tokens are over',
      measured: `${asked.filter(({ token }) => token).length} of ${asked.length} served within the 5 s that a caller waits`,
      target: 'shown',
      isMet: true,
    },
    await struckInMidRefresh(stage),
    await firstAfterLostAnswer(stage),
    ...(await reads(stage)),
  ]
}

async function pollUntilRenewed(child: Child, grants: readonly Grant[]) {
  const before = await tokensOf(child, grants)
  let refused = before.filter(({ token }) => token === null).length
  let requests = before.length
  for (;;) {
    await sleep(POLL_MS)
    const last = await tokensOf(child, grants)
    refused += last.filter(({ token }) => token === null).length
    requests += last.length
    const renewed = last.every(({ token }, n) => token !== null && token !== before[n]?.token)
    if (renewed || requests > 90 * grants.length) return { last, refused, requests }
  }
}

async function firstAfterLostAnswer(stage: Stage): Promise<Figure> {
  await stage.reset({ latencyMs: 20 })
  const child = await stage.start()
  const grants = await stage.seed(20)
  await stage.control(
    'POST',
    'faults',
    grants.map(({ accountId }) => ({ kind: 'reset_after', match: { endpoint: 'token', accountId } })),
  )
  const told = await tokensOf(child, grants)
  await child.end()
  const worst = percentile(
    told.map(({ ms, token }) => (token === null ? Number.POSITIVE_INFINITY : ms)),
    1,
  )
  return {
    question: 'first good token after one lost answer, the worst of 20',
    measured: `${(worst / 1_000).toFixed(1)} s`,
    target: '≤ 2 s',
    isMet: worst <= 2_000,
  }
}

async function reads(stage: Stage): Promise<Figure[]> {
  await stage.reset({ latencyMs: 20 })
  const child = await stage.start()
  const [grant] = await stage.seed(1, { leftSeconds: 240 })
  if (!grant) throw new Error('Nothing was seeded')
  const one = async (count: number) =>
    (
      await tokensOf(
        child,
        Array.from({ length: count }, () => grant),
      )
    ).filter(({ token }) => token)
  const served = await one(20)
  const { tokenRequests } = await stage.control<{ tokenRequests: number }>('GET', 'verdict')
  await stage.control('POST', 'outage', { on: true, seconds: 60 })
  const down = await one(5)
  await child.end()
  return [
    {
      question: '20 reads of a token that has four minutes left: refreshes',
      measured: `${tokenRequests} (${served.length} of 20 served)`,
      target: '0',
      isMet: tokenRequests === 0 && served.length === 20,
    },
    {
      question: 'the same with the provider down',
      measured: `${down.length} of 5`,
      target: '5 of 5',
      isMet: down.length === 5,
    },
  ]
}
