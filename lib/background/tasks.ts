import { diagnoseEnded } from '@/lib/diagnosis/diagnose-ended'
import type { Defer } from '@/lib/rotation/run/driver'
import { eventDeps, handleWaitingEvents } from '@/lib/webhooks/handle-event'
import { keepAlivePass } from './keep-alive'
import { purge } from './purge'
import { reconcile } from './reconcile'

const WAITING_EVENTS = 100

/**
 * What runs beside the rescue loop: the worker's tasks and the cron routes are these functions. Each may run in any
 * number of processes at once, stops early when `signal` aborts, and gives counts.
 */
export const backgroundTasks = {
  'keep-alive': (signal) => keepAlivePass(signal),
  /** What webhooks left unfinished, and why connections ended. */
  inbox: async (signal, defer) => {
    const events = await handleWaitingEvents(WAITING_EVENTS, eventDeps(defer))
    return { events, diagnosed: await diagnoseEnded(signal) }
  },
  reconcile: (signal, defer) => reconcile(signal, defer),
  purge: (signal) => purge(signal),
} as const satisfies Record<string, (signal: AbortSignal, defer: Defer) => Promise<object>>

export type BackgroundTask = keyof typeof backgroundTasks
