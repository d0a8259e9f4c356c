import type { TokenAnswer } from './ports'

/** Airwallex's figures, not the protocol's: an access token lives 300 s, a refresh token 60 or 90 days. */
const MAX_ACCESS_TOKEN_LIFE_SECONDS = 300
const DAY_SECONDS = 86_400
const FALLBACK_REFRESH_TOKEN_LIFE_SECONDS = 60 * DAY_SECONDS
const MAX_REFRESH_TOKEN_LIFE_SECONDS = 365 * DAY_SECONDS

/** What a token response brings (RFC 6749 §5.1), with whatever is unusable read as absent. */
export type TokenResponse = {
  readonly accessToken: string | null
  /** 0 to 300; 0 where there is no usable access token or no usable `expires_in`. */
  readonly accessTokenLifeSeconds: number
  /** 1 to 365 days; 60 days where the answer does not say. */
  readonly refreshTokenLifeSeconds: number
  readonly scope: string | null
  readonly accountId: string | null
}

export type RotatedTokens = TokenResponse & { readonly refreshToken: string }

/** What an answer to a refresh request means for the attempt (rotation.md step 6). */
export type Verdict =
  | { readonly kind: 'rotated'; readonly tokens: RotatedTokens }
  | { readonly kind: 'refresh_token_missing'; readonly tokens: TokenResponse }
  | { readonly kind: 'invalid_grant' }
  /** 429: not processed. */
  | { readonly kind: 'rate_limited' }
  /** `invalid_client`, or a 401 that says nothing better: our application is refused. */
  | { readonly kind: 'client_refused'; readonly code: string | null }
  /** Our request is refused for what it asks; no connection's fault. */
  | { readonly kind: 'request_refused'; readonly code: string }
  /** The guard refused: nothing was written. */
  | { readonly kind: 'not_sent' }
  /** Whether Airwallex rotated is unknown. */
  | { readonly kind: 'ambiguous'; readonly detail: string }

const requestErrors: readonly string[] = ['unauthorized_client', 'invalid_scope', 'invalid_request']

/** Total: whatever arrives is one of the verdicts, and nothing throws. */
export function classify(answer: TokenAnswer): Verdict {
  switch (answer.kind) {
    case 'not_sent':
      return { kind: 'not_sent' }
    case 'no_answer':
      return { kind: 'ambiguous', detail: answer.detail }
    case 'answer':
      return classifyAnswer(answer.status, readObject(answer.body))
  }
}

/**
 * The canary carries no refresh token, so a healthy token endpoint must refuse it: with an OAuth error that is
 * neither about our client nor a rate limit. A 400 with one of Airwallex's own codes counts too: it may well say
 * `field_required` where RFC 6749 says `invalid_request`, and a breaker that waits for the other word never closes.
 */
export function isHealthyCanary(answer: TokenAnswer): boolean {
  if (answer.kind !== 'answer' || !isClientError(answer.status) || answer.status === 429) return false
  const body = readObject(answer.body)
  const code = body === null ? null : errorCode(body)
  if (code === null || code === 'invalid_client') return false
  return answer.status === 400 || oauthErrors.includes(code)
}

/** RFC 6749 §5.2, less `invalid_client`. */
const oauthErrors: readonly string[] = [...requestErrors, 'invalid_grant', 'unsupported_grant_type']

/** Whatever a 2xx object brings; shared with the code exchange. */
export function readTokenResponse(body: Readonly<Record<string, unknown>>): TokenResponse & {
  readonly refreshToken: string | null
} {
  const accessToken = readAccessToken(body)
  return {
    accessToken,
    accessTokenLifeSeconds:
      accessToken === null ? 0 : clamp(readSeconds(field(body, 'expires_in')) ?? 0, 0, MAX_ACCESS_TOKEN_LIFE_SECONDS),
    refreshToken: readText(field(body, 'refresh_token')),
    refreshTokenLifeSeconds: clamp(
      readSeconds(field(body, 'refresh_token_expires_in')) ?? FALLBACK_REFRESH_TOKEN_LIFE_SECONDS,
      DAY_SECONDS,
      MAX_REFRESH_TOKEN_LIFE_SECONDS,
    ),
    scope: readText(field(body, 'scope')),
    accountId: readText(field(body, 'account_id')),
  }
}

/** The body as a JSON object; null for everything else, `null` and arrays included. */
export function readObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(body.startsWith('\uFEFF') ? body.slice(1) : body)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** RFC 6749's `error`, or Airwallex's own `code`. */
export function errorCode(body: Readonly<Record<string, unknown>>): string | null {
  return readText(field(body, 'error')) ?? readText(field(body, 'code'))
}

function classifyAnswer(status: number, body: Readonly<Record<string, unknown>> | null): Verdict {
  if (status >= 200 && status < 300) return classifySuccess(status, body)
  if (status === 429) return { kind: 'rate_limited' }
  if (!isClientError(status) || body === null) return { kind: 'ambiguous', detail: `status ${status}` }

  const code = errorCode(body)
  if (code === 'invalid_grant') return { kind: 'invalid_grant' }
  if (code === 'invalid_client') return { kind: 'client_refused', code }
  if (code !== null && requestErrors.includes(code)) return { kind: 'request_refused', code }
  if (status === 401) return { kind: 'client_refused', code }
  return { kind: 'ambiguous', detail: `status ${status}` }
}

function classifySuccess(status: number, body: Readonly<Record<string, unknown>> | null): Verdict {
  if (body === null) return { kind: 'ambiguous', detail: `status ${status}, unreadable` }
  const { refreshToken, ...tokens } = readTokenResponse(body)
  return refreshToken === null
    ? { kind: 'refresh_token_missing', tokens }
    : { kind: 'rotated', tokens: { ...tokens, refreshToken } }
}

/** A bearer token must survive a header (RFC 6750 §2.1). */
function readAccessToken(body: Readonly<Record<string, unknown>>): string | null {
  const token = readText(field(body, 'access_token'))
  return token !== null && /^[\x21-\x7e]+$/.test(token) ? token : null
}

/** Own fields only: a body may say `__proto__`. */
function field(body: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(body, name) ? body[name] : undefined
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A number of seconds, also as a string of digits. */
function readSeconds(value: unknown): number | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : Math.floor(value)
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}

function isClientError(status: number): boolean {
  return status >= 400 && status < 500
}
