import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { boot } from '@/lib/deployment/boot'
import { getAccessToken } from '@/lib/tokens/access-token'
import { assembleRotation, rotation, tokenFingerprint } from '@/lib/tokens/rotation'
import { startWorker } from '@/worker/worker'
import { figures } from './scale'

// A process of the product: its worker, and twenty callers who need tokens as web requests do. Bundled and started by
// fleet.ts, told what to ask for by messages, ended by any means.

export type Ask = {
  readonly kind: 'ask'
  readonly workspaceId: string
  readonly connectionIds: readonly string[]
  readonly minTtlSeconds: number
}
/** One token for each: tells the tokens themselves. */
export type AskEach = Omit<Ask, 'kind'> & { readonly kind: 'ask_each' }
export type Told =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'told'
      readonly connectionId: string
      readonly result: string
      readonly generation: number | null
      readonly fingerprint: string | null
      readonly at: number
    }
  | { readonly kind: 'told_each'; readonly tokens: readonly { connectionId: string; token: string | null }[] }

const CALLERS = 20
const PAUSE_MS = { min: 300, max: 1_100 }
const BEAT_MS = 20
const STOOD_STILL_MS = 250

assembleRotation(figures)
await boot()
const worker = startWorker()
const stopping = new AbortController()
setMaxListeners(CALLERS, stopping.signal)
let asked: Ask = { kind: 'ask', workspaceId: '', connectionIds: [], minTtlSeconds: 0 }

process.on('message', (message: Ask | AskEach) => {
  if (message.kind === 'ask') asked = message
  else void tellEach(message)
})
process.on('SIGTERM', stop)
process.on('disconnect', () => process.exit(1))
let lastBeat = Date.now()
setInterval(() => {
  lastBeat = Date.now()
}, BEAT_MS)
const callers = Array.from({ length: CALLERS }, keepAsking)
tell({ kind: 'ready' })

async function keepAsking(): Promise<void> {
  while (!stopping.signal.aborted) {
    const connectionId = asked.connectionIds[Math.floor(Math.random() * asked.connectionIds.length)]
    if (connectionId !== undefined) await askFor(connectionId, asked)
    const pauseMs = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min)
    await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
}

async function askFor(connectionId: string, { workspaceId, minTtlSeconds }: Omit<Ask, 'kind'>): Promise<string | null> {
  const principal = { system: 'simulation', workspaceId }
  const result = await getAccessToken({ principal, connectionId, minTtlSeconds, defer: () => undefined })
  const at = handedOutAt()
  const token = result.kind === 'token' ? result.accessToken.reveal() : null
  tell({
    kind: 'told',
    connectionId,
    result: result.kind,
    generation: result.kind === 'token' ? result.generation : null,
    fingerprint: token === null ? null : tokenFingerprint(token),
    at,
  })
  return token
}

/**
 * When the product handed out what this turn of the event loop received. A process that is stopped in such a turn has its
 * answer, made with the clock of before; from outside that cannot be told from one that was handed out after the stop.
 */
function handedOutAt(): number {
  const now = Date.now()
  return now - lastBeat > STOOD_STILL_MS ? lastBeat : now
}

async function tellEach(message: AskEach): Promise<void> {
  const tokens = await Promise.all(
    message.connectionIds.map(async (connectionId) => ({ connectionId, token: await askFor(connectionId, message) })),
  )
  tell({ kind: 'told_each', tokens })
}

function tell(told: Told): void {
  if (process.connected) process.send?.(told)
}

/** As worker/run.ts and a web server that drains: no further claims, callers get their answer, what runs is finished. */
async function stop(): Promise<void> {
  stopping.abort()
  void rotation().stop()
  await Promise.all(callers)
  await worker.stop()
  process.exit(0)
}
