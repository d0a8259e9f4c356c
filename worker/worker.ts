import { startHeartbeat } from '@/lib/background/heartbeat'
import { rescueLoop } from '@/lib/background/rescue'
import { db, freshDb } from '@/lib/db'
import { databaseDirectUrl } from '@/lib/env'
import { log } from '@/lib/log'
import { rotation } from '@/lib/tokens/rotation'
import { runTasks } from './tasks'
import { surviveUnhandledRejections } from './unhandled-rejection'

/** What a task defers is a rotation, and the rotation knows all that run. */
const keptByRotation = () => undefined

export type Worker = {
  /** Claims nothing more, finishes what runs, records that it ended. Never rejects. */
  stop(): Promise<void>
}

/** The rescue loop and the task queue in this process. Any number of such processes work on one database. */
export function startWorker(): Worker {
  surviveUnhandledRejections()
  const stopping = new AbortController()
  const heartbeat = startHeartbeat()
  const rescues = rescueLoop(stopping.signal)
  const tasks = runTasks(stopping.signal, { connectionString: databaseDirectUrl(), defer: keptByRotation })
  log.info('The worker runs')

  return {
    async stop() {
      stopping.abort()
      // A task's caller leaves after five seconds; the refresh that it began is awaited here.
      await Promise.allSettled([rescues, tasks, rotation().stop()])
      await heartbeat.stop()
      await Promise.allSettled([db().$disconnect(), freshDb().$disconnect()])
      log.info('The worker has stopped')
    },
  }
}
