import { z } from 'zod'
import { type Fault, newFaultSchema, type RequestFacts } from './fault'

/** `scope: token` strikes every token request, `everything` the API and the consent pages too (never `/control`). */
export const outageSchema = z.strictObject({
  on: z.boolean(),
  scope: z.enum(['token', 'everything']).default('token'),
  mode: z.enum(['status_503', 'drop', 'reset', 'hang']).default('status_503'),
  /** It ends by itself after so long, in real time; without it when it is ended. */
  seconds: z.number().positive().max(86_400).optional(),
})
export type NewOutage = z.input<typeof outageSchema>
/** `endsAtMs`: by the monotonic clock. */
export type Outage = Omit<z.output<typeof outageSchema>, 'seconds'> & { readonly endsAtMs: number | null }

export const noOutage: Outage = { on: false, scope: 'token', mode: 'status_503', endsAtMs: null }

export function beginOutage(input: NewOutage, monotonicMs: number): Outage {
  const { seconds, ...outage } = outageSchema.parse(input)
  return { ...outage, endsAtMs: outage.on && seconds !== undefined ? monotonicMs + seconds * 1_000 : null }
}

export function isOver({ on, endsAtMs }: Outage, monotonicMs: number): boolean {
  return !on || (endsAtMs !== null && endsAtMs <= monotonicMs)
}

const asFault = {
  status_503: { kind: 'status', status: 503, error: 'service_unavailable' },
  drop: { kind: 'drop_before' },
  reset: { kind: 'reset_before' },
  hang: { kind: 'hang' },
} as const

export function outageFault(outage: Outage, facts: RequestFacts, monotonicMs: number): Fault | null {
  if (isOver(outage, monotonicMs) || (outage.scope === 'token' && facts.endpoint !== 'token')) return null
  return { ...newFaultSchema.parse(asFault[outage.mode]), id: 0, remaining: 1, skipsLeft: 0 }
}
