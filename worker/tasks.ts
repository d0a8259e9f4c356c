import { setTimeout as sleep } from 'node:timers/promises'
import { type LogFunctionFactory, Logger, type Runner, run, type TaskList } from 'graphile-worker'
import pg from 'pg'
import { type BackgroundTask, backgroundTasks } from '@/lib/background/tasks'
import { log } from '@/lib/log'
import { Client } from '@/lib/pg-client.mjs'
import type { Defer } from '@/lib/rotation/run/driver'

// Who runs what when, over all workers: the queue hands each minute's task to one of them. A task is never retried: the
// next one does what it left, and a killed worker's job stays locked for hours, which is why none has a queue of its own.
export const crontab = `
* * * * * keep-alive ?max=1&jobKey=keep-alive
* * * * * inbox ?max=1&jobKey=inbox
7,37 * * * * reconcile ?max=1&jobKey=reconcile
23 * * * * purge ?max=1&jobKey=purge
`

/** A task ends before its next turn, so that no two of a kind pile up. */
const LIMITS_MS: Record<BackgroundTask, number> = {
  'keep-alive': 55_000,
  inbox: 55_000,
  reconcile: 25 * 60_000,
  purge: 50 * 60_000,
}

const RESTART_MS = 5_000

export type TaskOptions = {
  /** Without a pooler in transaction mode: it carries neither LISTEN nor prepared statements. */
  readonly connectionString: string
  readonly defer: Defer
}

/** Runs tasks until `signal` aborts, then finishes those that run. Starts anew whenever the queue itself fails. */
export async function runTasks(signal: AbortSignal, options: TaskOptions): Promise<void> {
  while (!signal.aborted) {
    const pgPool = new pg.Pool({ Client, connectionString: options.connectionString, max: 6 })
    try {
      const runner = await start(signal, pgPool, options.defer)
      const stop = () => stopQuietly(runner)
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      await runner.promise
      signal.removeEventListener('abort', stop)
    } catch (error) {
      log.error('The task queue failed', { error })
    } finally {
      // Not awaited: a client that the queue never gives back must not keep it from starting anew.
      void pgPool.end()
    }
    await sleep(RESTART_MS, undefined, { signal }).catch(() => undefined)
  }
}

function start(signal: AbortSignal, pgPool: pg.Pool, defer: Defer): Promise<Runner> {
  return run({
    pgPool,
    crontab,
    taskList: taskList(signal, defer),
    concurrency: 3,
    // The process has its own way to end (run.ts), in which tasks are one part.
    noHandleSignals: true,
    logger: new Logger(toLog),
  })
}

function taskList(stopping: AbortSignal, defer: Defer): TaskList {
  const entries = Object.entries(backgroundTasks).map(([name, task]) => {
    const runTask = async () => {
      const startedMs = performance.now()
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(LIMITS_MS[name as BackgroundTask])])
      await task(signal, defer)
      log.debug('A task ended', { reason: name, durationMs: Math.round(performance.now() - startedMs) })
    }
    return [name, runTask] as const
  })
  return Object.fromEntries(entries)
}

async function stopQuietly(runner: Runner): Promise<void> {
  try {
    await runner.stop()
  } catch (error) {
    log.debug('The task queue had stopped by itself', { error })
  }
}

/** The queue's messages hold statements and errors whole: only that it spoke is logged, and of which task. */
const toLog: LogFunctionFactory = (scope) => (level, _message, meta) => {
  if (level !== 'error' && level !== 'warning') return
  const write = level === 'error' ? log.error : log.warn
  write('The task queue reports a problem', {
    ...(scope.taskIdentifier && { reason: scope.taskIdentifier }),
    ...(meta?.error instanceof Error && { error: meta.error }),
  })
}
