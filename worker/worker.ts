import { trackedDefer } from '@/lib/connections/background-defer'
import { startHeartbeat } from '@/lib/connections/heartbeat'
import { rescueLoop } from '@/lib/connections/rescue'
import { rotation } from '@/lib/connections/rotation'
import { db, freshDb } from '@/lib/db'
import { databaseDirectUrl } from '@/lib/env'
import { log } from '@/lib/log'
import { runTasks } from './tasks'
import { surviveUnhandledRejections } from './unhandled-rejection'

export type Worker = {
  /** Claims nothing more, finishes what runs, tells that it ended. Rejects never. */
  stop(): Promise<void>
}

/** The rescue loop and the task queue in this process. Any number of such processes work on one database. */
export function startWorker(): Worker {
  surviveUnhandledRejections()
  const stopping = new AbortController()
  const { defer, settled } = trackedDefer()
  const heartbeat = startHeartbeat()
  const rescues = rescueLoop(stopping.signal)
  const tasks = runTasks(stopping.signal, { connectionString: databaseDirectUrl(), defer })
  log.info('The worker runs')

  return {
    async stop() {
      stopping.abort()
      const ending = rotation().stop()
      await Promise.allSettled([rescues, tasks])
      await settled()
      await ending
      await heartbeat.stop()
      await Promise.allSettled([db().$disconnect(), freshDb().$disconnect()])
      log.info('The worker has stopped')
    },
  }
}
