import { type Answer, jsonAnswer } from '../http/answer'
import type { ResourceRequest } from './resource-request'

/** `GET /api/v1/account`: the account the token belongs to. */
export function accountDetails({ account, apiVersion }: ResourceRequest): Answer {
  return jsonAnswer(200, { id: account.id, status: shownStatus(account.status, apiVersion), ...account.wire })
}

// DORMANT and CLOSED exist from this version on; earlier ones show what they were before.
function shownStatus(status: string, apiVersion: string): string {
  if (apiVersion >= '2026-08-21') return status
  return { CLOSED: 'SUSPENDED', DORMANT: 'ACTIVE' }[status] ?? status
}
