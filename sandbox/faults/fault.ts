import { z } from 'zod'

export const ENDPOINTS = [
  'token',
  'revoke',
  'authorize',
  'account',
  'balances',
  'balance_history',
  'financial_transactions',
  'global_accounts',
  'partner_login',
  'connections',
  'webhooks',
  'other',
] as const
export type Endpoint = (typeof ENDPOINTS)[number]

/** Faults that strike before the request is processed: nothing has changed at the sandbox. */
export const BEFORE = ['drop_before', 'reset_before', 'delay_before', 'status', 'redirect', 'hang'] as const

/** Faults of the answer: the request has been processed, a token has been rotated. */
export const AFTER = [
  'drop_after',
  'reset_after',
  'delay_answer',
  'status_after',
  'truncate',
  'wrong_length',
  'malformed_json',
  'html',
  'empty',
  'null_body',
  'array_body',
  'huge',
  'missing_field',
  'replace_field',
  'slow_drip',
] as const
export const FAULT_KINDS = [...BEFORE, ...AFTER] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

const needs: Partial<Record<FaultKind, 'delayMs' | 'status' | 'field'>> = {
  delay_before: 'delayMs',
  delay_answer: 'delayMs',
  status: 'status',
  status_after: 'status',
  missing_field: 'field',
  replace_field: 'field',
}

export const newFaultSchema = z
  .strictObject({
    kind: z.enum(FAULT_KINDS),
    match: z
      .strictObject({
        endpoint: z.enum(ENDPOINTS).optional(),
        grantType: z.enum(['authorization_code', 'refresh_token']).optional(),
        accountId: z.string().optional(),
      })
      .default({}),
    /** How many matching requests it strikes, after letting `skip` of them pass. */
    times: z.number().int().positive().default(1),
    skip: z.number().int().nonnegative().default(0),
    /** The delay; for `slow_drip` the pause between two bytes (default 200). Also lets any other kind strike late. */
    delayMs: z.number().nonnegative().max(3_600_000).optional(),
    status: z.number().int().min(300).max(599).optional(),
    /** `status`: the error code of the body, in the sandbox's error shape; `body` replaces the body whole. */
    error: z.string().optional(),
    body: z.string().optional(),
    contentType: z.string().optional(),
    retryAfter: z.string().optional(),
    field: z.string().optional(),
    /** `replace_field`: any JSON; `{"from":"presented_refresh_token"}` puts in the token that was sent. */
    value: z.json().optional(),
    /** `missing_field` and `replace_field` of `refresh_token`: rotate all the same? Default: the sent one stays valid. */
    rotate: z.boolean().optional(),
    /** `delay_before`: process the request even when its client has gone meanwhile. */
    evenIfGone: z.boolean().default(false),
  })
  .superRefine((fault, context) => {
    const field = needs[fault.kind]
    if (field && fault[field] === undefined) {
      context.addIssue({ code: 'custom', path: [field], message: `${fault.kind} needs ${field}` })
    }
  })

export type NewFault = z.input<typeof newFaultSchema>
export type Fault = z.output<typeof newFaultSchema> & { id: number; remaining: number; skipsLeft: number }

export type RequestFacts = { endpoint: Endpoint; grantType: string | null; accountId: string | null }

export class Faults {
  #faults: Fault[] = []
  #count = 0

  add(input: NewFault): Fault {
    const parsed = newFaultSchema.parse(input)
    this.#count += 1
    const fault = { ...parsed, id: this.#count, remaining: parsed.times, skipsLeft: parsed.skip }
    this.#faults.push(fault)
    return fault
  }

  /** The oldest fault that this request meets; it is used up by one. */
  take(facts: RequestFacts): Fault | null {
    for (const fault of this.#faults) {
      if (!matches(fault, facts)) continue
      if (fault.skipsLeft > 0) {
        fault.skipsLeft -= 1
        continue
      }
      fault.remaining -= 1
      if (fault.remaining === 0) this.remove(fault.id)
      return fault
    }
    return null
  }

  list(): readonly Fault[] {
    return this.#faults
  }

  remove(id: number): void {
    this.#faults = this.#faults.filter((fault) => fault.id !== id)
  }

  clear(): void {
    this.#faults = []
  }
}

function matches({ match }: Fault, facts: RequestFacts): boolean {
  return (
    (match.endpoint === undefined || match.endpoint === facts.endpoint) &&
    (match.grantType === undefined || match.grantType === facts.grantType) &&
    (match.accountId === undefined || match.accountId === facts.accountId)
  )
}
