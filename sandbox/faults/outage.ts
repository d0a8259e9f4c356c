import { z } from 'zod'
import { type Fault, newFaultSchema, type RequestFacts } from './fault'

/** `scope: token` strikes every token request, `everything` the API and the consent pages too (never `/control`). */
export const outageSchema = z.strictObject({
  on: z.boolean(),
  scope: z.enum(['token', 'everything']).default('token'),
  mode: z.enum(['status_503', 'drop', 'reset', 'hang']).default('status_503'),
})
export type Outage = z.output<typeof outageSchema>

const asFault = {
  status_503: { kind: 'status', status: 503, error: 'service_unavailable' },
  drop: { kind: 'drop_before' },
  reset: { kind: 'reset_before' },
  hang: { kind: 'hang' },
} as const

export function outageFault(outage: Outage, facts: RequestFacts): Fault | null {
  if (!outage.on || (outage.scope === 'token' && facts.endpoint !== 'token')) return null
  return { ...newFaultSchema.parse(asFault[outage.mode]), id: 0, remaining: 1, skipsLeft: 0 }
}
