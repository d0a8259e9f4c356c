import { isId } from '@/lib/ids'

/** What of the log someone wants to see; null everywhere for all of it. */
export type AuditFilter = {
  /** A user's id, or one of the two that are no person. */
  readonly actor: string | null
  readonly action: string | null
  readonly connectionId: string | null
  /** Days of the viewer's zone, both included: 2026-11-23. */
  readonly from: string | null
  readonly to: string | null
}

export const FILTER_FIELDS = ['actor', 'action', 'connection', 'from', 'to'] as const
export type FilterField = (typeof FILTER_FIELDS)[number]

export type AuditRequest =
  | { readonly kind: 'asked'; readonly filter: AuditFilter; readonly after: number | null }
  /** Field to what is wrong with its value, as a sentence. */
  | { readonly kind: 'invalid'; readonly problems: Readonly<Partial<Record<FilterField | 'after', string>>> }

type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

export const NO_FILTER: AuditFilter = { actor: null, action: null, connectionId: null, from: null, to: null }

/** Reads the address of the log's page and of its export. Nothing that is not understood is left out silently. */
export function parseAuditRequest(parameters: Parameters, actions: readonly string[]): AuditRequest {
  const problems: Partial<Record<FilterField | 'after', string>> = {}
  function read(name: FilterField | 'after', isValid: (value: string) => boolean, problem: string): string | null {
    const given = parameters[name]
    if (given === undefined || given === '') return null
    if (typeof given === 'string' && isValid(given)) return given
    problems[name] = problem
    return null
  }
  const filter: AuditFilter = {
    actor: read('actor', isActor, 'There is no one of this name in the log.'),
    action: read('action', (value) => actions.includes(value), 'There is no such action.'),
    connectionId: read('connection', isId, 'There is no such connection.'),
    from: read('from', isDay, 'The first day must be a date such as 2026-11-23.'),
    to: read('to', isDay, 'The last day must be a date such as 2026-11-23.'),
  }
  const after = read('after', (value) => /^-?\d{1,9}$/.test(value), 'There is no such page.')
  if (filter.from && filter.to && filter.from > filter.to) problems.to = 'The last day must not be before the first.'
  if (Object.keys(problems).length > 0) return { kind: 'invalid', problems }
  return { kind: 'asked', filter, after: after === null ? null : Number(after) }
}

const isActor = (value: string) => value === 'system' || value === 'airwallex' || isId(value)

/** A day of the calendar: 2026-02-30 is none. */
function isDay(value: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(value)) return false
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}

/** The parameters that `parseAuditRequest` reads back. */
export function auditParameters(filter: AuditFilter, after: number | null = null): URLSearchParams {
  const { actor, action, connectionId: connection, from, to } = filter
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries({ actor, action, connection, from, to, after })) {
    if (value !== null) parameters.set(name, String(value))
  }
  return parameters
}
