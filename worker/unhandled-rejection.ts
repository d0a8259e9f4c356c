import { log } from '@/lib/log'

/**
 * A promise that no one waits for must not end a process that may hold the only copy of a refresh token. graphile-worker
 * leaves one behind when PostgreSQL is away as a minute begins (0.16.6, runner.js: `cron.promise.finally`), and Node
 * would end every worker of the deployment at once. The queue itself is started anew (tasks.ts).
 */
export function surviveUnhandledRejections(): void {
  process.on('unhandledRejection', (error) => log.error('A promise was rejected that no one waits for', { error }))
}
