import { type Answer, apiError } from '../http/answer'
import type { Account } from '../state/account'

/** A permitted read of an account's resource. */
export type ResourceRequest = { account: Account; query: URLSearchParams; apiVersion: string; now: number }

export function invalid(source: string): Answer {
  return apiError(400, 'invalid_argument', `The value of ${source} is not allowed.`, source)
}
