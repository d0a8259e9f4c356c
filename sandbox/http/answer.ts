import { randomUUID } from 'node:crypto'
import type { SandboxOptions } from '../state/config'

/** What an endpoint wants to say; how it reaches the wire is the matter of `faults/delivery.ts`. */
export type Answer = {
  status: number
  headers: Record<string, string>
  body: string
  /** The body as an object, where it is JSON and a fault may alter its fields. */
  json?: Record<string, unknown>
}

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  const answer: Answer = {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...noStore, ...headers },
    body: JSON.stringify(value),
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    answer.json = value as Record<string, unknown>
  }
  return answer
}

export function htmlAnswer(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...noStore, ...headers }, body }
}

export function redirectAnswer(location: string, status = 303): Answer {
  return { status, headers: { location, ...noStore }, body: '' }
}

/** Airwallex's general error. No `Retry-After`, as documented. */
export function apiError(status: number, code: string, message: string, source?: string): Answer {
  const body = { code, message, ...(source && { source }), trace_id: randomUUID().replaceAll('-', ''), details: {} }
  return jsonAnswer(status, body)
}

/** An error of the token endpoint, as RFC 6749 §5.2 writes it or as the rest of Airwallex's API does. */
export function oauthError(
  shape: SandboxOptions['errorShape'],
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): Answer {
  if (shape === 'airwallex') {
    const answer = apiError(status, error, description)
    return { ...answer, headers: { ...answer.headers, ...headers } }
  }
  return jsonAnswer(status, { error, error_description: description }, headers)
}
