import { keepAlivePass } from '@/lib/background/keep-alive'
import { rescueLoop } from '@/lib/background/rescue'
import { listConnections } from '@/lib/connections/views'
import { db, freshDb } from '@/lib/db'
import { env } from '@/lib/env'
import { setLogLevel } from '@/lib/log'
import { getAccessToken } from '@/lib/tokens/access-token'
import { rotationScans } from '@/lib/tokens/rotation'
import { bareClient } from './bare-client'
import { inTurn } from './in-turn'
import { trackedDefer } from './tracked-defer'

// A process of the product that a bench orders about; one answer an order. The bare client runs in such a process too,
// so that it is given the same core.

type Place = { readonly workspaceId: string; readonly connectionIds: readonly string[] }
export type Order =
  /** One token for each, so many at a time. */
  | ({ readonly kind: 'tokens'; readonly concurrency: number } & Place)
  | { readonly kind: 'keep_alive' }
  | { readonly kind: 'rescue' }
  | { readonly kind: 'bare'; readonly refreshTokens: readonly string[]; readonly concurrency: number }
  | { readonly kind: 'scans'; readonly workspaceId: string; readonly rounds: number }

export type Told = { readonly kind: string; readonly ms: number; readonly token: string | null }
export type Answers = {
  tokens: { readonly told: Told[]; readonly ms: number }
  keep_alive: { readonly rotated: number; readonly ms: number; readonly rssBytes: number }
  rescue: null
  bare: { readonly ok: number; readonly ms: number }
  scans: { readonly dueMs: number[]; readonly pageMs: number[] }
}

const { defer, settled } = trackedDefer()
const stopping = new AbortController()

async function carryOut(order: Order): Promise<Answers[Order['kind']]> {
  switch (order.kind) {
    case 'tokens': {
      const started = performance.now()
      const told = await inTurn(order.connectionIds, order.concurrency, (id) => oneToken(order.workspaceId, id))
      const ms = performance.now() - started
      await settled()
      return { told, ms }
    }
    case 'keep_alive':
      return keepAlive()
    case 'rescue':
      void rescueLoop(stopping.signal)
      return null
    case 'bare': {
      const refresh = bareClient(env().airwallex)
      const started = performance.now()
      const answers = await inTurn(order.refreshTokens, order.concurrency, refresh)
      return { ok: answers.filter(Boolean).length, ms: performance.now() - started }
    }
    case 'scans':
      return timeScans(order)
  }
}

async function oneToken(workspaceId: string, connectionId: string): Promise<Told> {
  const started = performance.now()
  const result = await getAccessToken({ principal: { system: 'bench', workspaceId }, connectionId, defer })
  const ms = performance.now() - started
  return { kind: result.kind, ms, token: result.kind === 'token' ? result.accessToken.reveal() : null }
}

async function keepAlive(): Promise<Answers['keep_alive']> {
  let rssBytes = 0
  const sample = setInterval(() => {
    rssBytes = Math.max(rssBytes, process.memoryUsage.rss())
  }, 50)
  const started = performance.now()
  const { rotated } = await keepAlivePass(new AbortController().signal)
  clearInterval(sample)
  return { rotated, ms: performance.now() - started, rssBytes }
}

async function timeScans({ workspaceId, rounds }: Extract<Order, { kind: 'scans' }>): Promise<Answers['scans']> {
  const dueMs: number[] = []
  const pageMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    dueMs.push(await timed(() => rotationScans().dueForKeepAlive({ after: null, limit: 200 })))
    pageMs.push(await timed(() => listConnections(workspaceId, { filter: 'all', search: '', after: null }, new Date())))
  }
  return { dueMs, pageMs }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

process.on('message', (order: Order) => void carryOut(order).then((answer) => process.send?.(answer)))
process.on('disconnect', async () => {
  stopping.abort()
  await Promise.all([db().$disconnect(), freshDb().$disconnect()])
  process.exit()
})
setLogLevel(env().logLevel)
await db().$queryRaw`SELECT 1`
process.send?.('ready')
