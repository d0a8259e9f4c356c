import pino from 'pino'
import { errorFacts, markLogged } from './error-facts.mjs'

/**
 * What may be logged: identifiers, codes and measures. A field that is not listed does not compile and is dropped,
 * so that no token, body, header or name reaches a log (docs/security.md T14, T35). There is no free-form object,
 * and errors are reduced to their class, code and frames: their messages and causes can carry what Airwallex answered.
 */
export type LogFields = {
  connectionId?: string
  workspaceId?: string
  pendingAuthorizationId?: string
  userId?: string
  eventId?: string
  requestId?: string
  outcome?: string
  reason?: string
  /** The name of a claim of an ID token, and the type of what it holds. */
  claim?: string
  claimType?: string
  code?: string
  status?: number
  generation?: number
  attempt?: number
  durationMs?: number
  count?: number
  timeline?: number
  recoveredTo?: string
  route?: string
  error?: unknown
}

const ALLOWED = new Set([
  'connectionId',
  'workspaceId',
  'pendingAuthorizationId',
  'userId',
  'eventId',
  'requestId',
  'outcome',
  'reason',
  'claim',
  'claimType',
  'code',
  'status',
  'generation',
  'attempt',
  'durationMs',
  'count',
  'timeline',
  'recoveredTo',
  'route',
])
function allowed(fields: LogFields) {
  markLogged(fields.error)
  const kept = Object.entries(fields).filter(
    ([name, value]) => ALLOWED.has(name) && (typeof value === 'number' || typeof value === 'string'),
  )
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 200) : value])),
    ...(fields.error !== undefined && errorFacts(fields.error)),
  }
}

type Level = 'debug' | 'info' | 'warn' | 'error'
export type Log = Readonly<Record<Level, (message: string, fields?: LogFields) => void>>

/** JSON lines to `to`, standard output unless given; control characters in values are escaped by JSON. */
export function createLog(level: string, to?: pino.DestinationStream): Log {
  const base = pino({ base: null, level, timestamp: pino.stdTimeFunctions.isoTime }, to ?? pino.destination(1))
  const write =
    (level: Level) =>
    (message: string, fields: LogFields = {}) =>
      base[level](allowed(fields), message)
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/**
 * Says why this process ends before it has begun, whatever the log's level.
 * @param problems sentences of our own, which name variables and rules and hold no values.
 */
export function logFailedStart(problems: readonly string[], error?: unknown): void {
  const base = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(1))
  base.fatal({ problems, ...(error !== undefined && errorFacts(error)) }, 'The start failed')
}

let current = createLog('info')

/** Sets the level once the environment is known. */
export function setLogLevel(level: string): void {
  current = createLog(level)
}

/** The process's log. */
export const log: Log = {
  debug: (message, fields) => current.debug(message, fields),
  info: (message, fields) => current.info(message, fields),
  warn: (message, fields) => current.warn(message, fields),
  error: (message, fields) => current.error(message, fields),
}
