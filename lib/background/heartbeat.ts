import { v7 as uuidv7 } from 'uuid'
import { log } from '@/lib/log'
import { rotationDeps } from '@/lib/tokens/rotation'
import packageJson from '@/package.json' with { type: 'json' }
import { type Heartbeat, heartbeatStore } from './heartbeat-store'

export const BEAT_EVERY_MS = 10_000

// One row a process, not one a start of its work: a cron route starts it every minute.
let own: Heartbeat | undefined

function heartbeat(): Heartbeat {
  own ??= { id: uuidv7(), process: rotationDeps().rules.process, version: packageJson.version }
  return own
}

/** Records that background work runs in this process. Never rejects: work goes on even if the record fails. */
export function beat(): Promise<void> {
  return quietly(() => heartbeatStore().beat(heartbeat()))
}

/** Beats until `stop`, which records that this process ended in order. */
export function startHeartbeat(): { stop(): Promise<void> } {
  let last = beat()
  const timer = setInterval(() => {
    last = beat()
  }, BEAT_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await last
      await quietly(() => heartbeatStore().stop(heartbeat().id))
    },
  }
}

async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.warn('The heartbeat could not be stored', { error })
  }
}
