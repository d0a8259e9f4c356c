import { disfigure } from '../faults/delivery'
import { AFTER, type Fault, type RequestFacts } from '../faults/fault'
import type { World } from '../state/world'
import { type Answer, apiError, oauthError } from './answer'

export function isAfter(fault: Fault): boolean {
  return (AFTER as readonly string[]).includes(fault.kind)
}

// An answer without a new refresh token means that the presented one stays valid (RFC 6749 §6).
export function rotates(fault: Fault): boolean {
  const hidesRefreshToken =
    (fault.kind === 'missing_field' || fault.kind === 'replace_field') && fault.field === 'refresh_token'
  return fault.rotate ?? !hidesRefreshToken
}

/** What a fault makes of the answer to a processed request. */
export function afterwards(
  world: World,
  request: RequestFacts & { refreshToken?: string | null },
  answer: Answer,
  fault: Fault,
): Answer {
  if (fault.kind === 'status_after') return faultAnswer(world, request, fault)
  return disfigure(answer, fault, request.refreshToken ?? null)
}

/** The answer of a server that fails. */
export function faultAnswer(
  world: World,
  request: RequestFacts & { refreshToken?: string | null },
  fault: Fault,
): Answer {
  const status = fault.status ?? 503
  const code = fault.error ?? defaultCode(status)
  const message = 'The sandbox was asked to fail here.'
  const isToken = request.endpoint === 'token'
  const answer = isToken ? oauthError(world.options.errorShape, status, code, message) : apiError(status, code, message)
  if (fault.retryAfter) answer.headers['retry-after'] = fault.retryAfter
  if (fault.contentType) answer.headers['content-type'] = fault.contentType
  return fault.body === undefined ? answer : { ...answer, body: fault.body }
}

function defaultCode(status: number): string {
  const codes: Record<number, string> = {
    401: 'invalid_client',
    403: 'forbidden',
    404: 'not_found',
    429: 'too_many_requests',
  }
  return codes[status] ?? (status >= 500 ? 'service_unavailable' : 'invalid_request')
}
