import type { Secret } from '@/lib/vault/secret'
import type { AirwallexConfig } from './endpoints'
import { parseJson } from './json'
import { type Connection, connect } from './transport'
import type { WireAnswer } from './wire-exchange'

export type ApiRead<Data> =
  | { readonly kind: 'ok'; readonly data: Data }
  /** 401: the access token is not (or no longer) good. */
  | { readonly kind: 'unauthorized' }
  /** 403: the granted scopes, or the account's features, do not cover it. */
  | { readonly kind: 'missing_permission' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unavailable'; readonly reason: UnavailableReason; readonly status?: number }

export type UnavailableReason =
  | 'network'
  | 'timeout'
  | 'rate_limited'
  | 'server_error'
  | 'unreadable'
  | 'unexpected_status'

export type ApiRequest<Data> = {
  readonly method?: 'GET' | 'POST'
  /** Path and query, beginning with a slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Undefined: the answer cannot be read. Numbers arrive as the text they were written in. */
  readonly parse: (json: unknown) => Data | undefined
}

/** Production takes the defaults. */
export type ReadPolicy = {
  readonly attemptMs: number
  readonly budgetMs: number
  readonly retries: number
  readonly connectMs: number
  readonly random: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly monotonicMs: () => number
  /** PEM of an authority to trust instead of the system's. */
  readonly ca?: string
}

const POLICY: ReadPolicy = {
  attemptMs: 10_000,
  budgetMs: 15_000,
  retries: 2,
  connectMs: 3_000,
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  monotonicMs: () => performance.now(),
}

const MAX_BODY_BYTES = 1024 * 1024
/** Airwallex sends no `Retry-After` and advises 1, 2, 4 s after a 429. */
const FIRST_WAIT_MS = { rate_limited: 1_000, other: 300 } as const
const MAX_WAIT_MS = 4_000

/** Headers of a read with an OAuth access token. */
export const bearerHeaders = (config: Pick<AirwallexConfig, 'apiVersion'>, accessToken: Secret) => ({
  authorization: `Bearer ${accessToken.reveal()}`,
  'x-api-version': config.apiVersion,
})

/**
 * Reads from Airwallex's API. An attempt takes at most 10 s; rate limits, server errors and lost connections are tried
 * again at most twice, after a wait with full jitter; all of it within 15 s. Redirects are failures. Never throws for
 * anything that Airwallex or the network does.
 */
export async function readApi<Data>(
  config: Pick<AirwallexConfig, 'apiOrigin'>,
  request: ApiRequest<Data>,
  changes: Partial<ReadPolicy> = {},
): Promise<ApiRead<Data>> {
  const policy = { ...POLICY, ...changes }
  const deadline = policy.monotonicMs() + policy.budgetMs
  for (let attempt = 0; ; attempt++) {
    const timeLeft = deadline - policy.monotonicMs()
    const outcome = await readOnce(config, request, policy, Math.min(policy.attemptMs, timeLeft))
    if (attempt >= policy.retries || !isPassing(outcome)) return outcome
    const first = outcome.reason === 'rate_limited' ? FIRST_WAIT_MS.rate_limited : FIRST_WAIT_MS.other
    const wait = policy.random() * Math.min(MAX_WAIT_MS, first * 2 ** attempt)
    if (policy.monotonicMs() + wait >= deadline) return outcome
    await policy.sleep(wait)
  }
}

function isPassing(outcome: ApiRead<unknown>): outcome is Extract<ApiRead<unknown>, { kind: 'unavailable' }> {
  return outcome.kind === 'unavailable' && ['rate_limited', 'server_error', 'network'].includes(outcome.reason)
}

async function readOnce<Data>(
  { apiOrigin }: Pick<AirwallexConfig, 'apiOrigin'>,
  { method = 'GET', path, headers, parse }: ApiRequest<Data>,
  { connectMs, monotonicMs, ca }: ReadPolicy,
  attemptMs: number,
): Promise<ApiRead<Data>> {
  const deadline = monotonicMs() + attemptMs
  const url = new URL(path, apiOrigin)
  let connection: Connection
  try {
    connection = await connect(url, { connectMs: Math.min(connectMs, attemptMs), ca })
  } catch {
    return { kind: 'unavailable', reason: 'network' }
  }
  const answer = await connection.send({
    method,
    url,
    headers: { accept: 'application/json', ...headers },
    timeoutMs: Math.max(1, deadline - monotonicMs()),
    maxBodyBytes: MAX_BODY_BYTES,
  })
  connection.close()
  return judge(answer, parse)
}

function judge<Data>(answer: WireAnswer, parse: ApiRequest<Data>['parse']): ApiRead<Data> {
  if (answer.kind !== 'answer') return { kind: 'unavailable', reason: lossReason(answer) }
  const { status } = answer
  if (status === 401) return { kind: 'unauthorized' }
  if (status === 403) return { kind: 'missing_permission' }
  if (status === 404) return { kind: 'not_found' }
  if (status === 429) return { kind: 'unavailable', reason: 'rate_limited', status }
  if (status >= 500) return { kind: 'unavailable', reason: 'server_error', status }
  if (status < 200 || status >= 300) return { kind: 'unavailable', reason: 'unexpected_status', status }
  const json = parseJson(answer.body, { numbers: 'text' })
  const data = json.kind === 'parsed' ? parse(json.value) : undefined
  return data === undefined ? { kind: 'unavailable', reason: 'unreadable', status } : { kind: 'ok', data }
}

function lossReason(answer: Exclude<WireAnswer, { kind: 'answer' }>): UnavailableReason {
  if (answer.kind === 'not_sent') return 'network'
  if (answer.detail === 'timeout') return 'timeout'
  return ['reset', 'closed', 'truncated', 'network'].includes(answer.detail) ? 'network' : 'unreadable'
}
