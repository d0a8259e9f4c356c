import type { TokenAnswer, TokenEndpoint } from '@/lib/rotation/ports'
import {
  classify,
  DIALECTS,
  type Dialect,
  endGrant,
  type Grant,
  type RefreshTokenClass,
  refresh,
  startGrant,
} from '@/sandbox/state/grants'
import {
  goodAnswer,
  invalidGrant,
  type ProcessedAnswer,
  processedAnswers,
  type UnprocessedAnswer,
  unprocessedAnswers,
} from './model-answers'
import type { VirtualTime } from './virtual-clock'

export type { Dialect }
export const dialects = DIALECTS

/** What may befall one refresh request. */
export type RequestFate =
  | 'ok'
  /** It never arrives; the client learns of it by its time-out. */
  | 'lost'
  /** The client times out, and the request arrives all the same: a known limit. */
  | { readonly arrivesAfterMs: number }
  /** Airwallex processed it; the connection closes without the answer, at once or never. */
  | 'answer_lost'
  | 'answer_silent'
  /** Answered after this long, and processed as it arrived or just before the answer. */
  | { readonly lateMs: number; readonly processed: 'first' | 'last' }
  | { readonly unprocessed: UnprocessedAnswer | 'invalid_grant' }
  /** Answered with this, and not processed. */
  | { readonly status: number; readonly body: string }
  | { readonly processed: ProcessedAnswer }

export type UpstreamEntry = {
  readonly at: number
  readonly grant: number
  readonly token: string
  readonly tokenClass: RefreshTokenClass
  readonly overlaps: number
  rotated: boolean
  status: number | null
}

export type AccessLife = { readonly issuedAt: number; readonly expiresAt: number }

type ModelGrant = { grant: Grant; inFlight: number; readonly access: Map<string, AccessLife> }

export type ModelUpstream = {
  /** Every refresh request that arrived. */
  readonly journal: UpstreamEntry[]
  /** Which fate the next refresh requests meet; it may depend on the connection, by its token. */
  fate: (request: number, token: string) => RequestFate
  /** Connecting fails, provably with nothing sent. */
  reachable: boolean
  /** What a canary is answered; null: nothing. */
  canary: () => UnprocessedAnswer | 'invalid_request' | null
  /** Tells of each request as it arrives. */
  onArrival: (entry: UpstreamEntry) => void
  grant(): string
  /** An access token as this refresh token's rotation would have brought it, with so much of its life left. */
  accessTokenOf(refreshToken: string, leftMs: number): string
  revokeAccessTokens(refreshToken: string): void
  /** The owner disconnects at Airwallex. */
  disconnect(refreshToken: string): void
  isDisconnected(refreshToken: string): boolean
  /** Whether this refresh token would rotate now. */
  isLive(refreshToken: string): boolean
  /** What the API says to this access token. */
  accepts(accessToken: string): boolean
  /** From when to when an access token lives; null where Airwallex has ended it. */
  lifeOf(accessToken: string): AccessLife | null
  tokenEndpoint(): TokenEndpoint
}

type Options = {
  readonly time: VirtualTime
  readonly dialect: Dialect
  readonly latencyMs?: number
  readonly graceMs?: number
  /** A second refresh of a grant in flight is answered 429. */
  readonly refusesConcurrent?: boolean
  readonly rotationEndsAccessToken?: boolean
}

const ACCESS_MS = 300_000
const REFRESH_MS = 7_776_000_000

export function modelUpstream({
  time,
  dialect,
  latencyMs = 40,
  graceMs = 60_000,
  refusesConcurrent = true,
  rotationEndsAccessToken = false,
}: Options): ModelUpstream {
  const figures = { dialect, graceMs, refreshTokenMs: REFRESH_MS }
  const grants: ModelGrant[] = []
  const journal: UpstreamEntry[] = []
  let requests = 0
  let accessTokens = 0

  function issueAccess(model: ModelGrant, index: number, leftMs = ACCESS_MS): string {
    if (rotationEndsAccessToken) model.access.clear()
    const token = `access-${index}-${accessTokens++}`
    model.access.set(token, { issuedAt: time.now(), expiresAt: time.now() + leftMs })
    return token
  }

  const lifeOf = (token: string) => grants[Number(token.split('-')[1])]?.access.get(token) ?? null

  function find(token: string): { model: ModelGrant; index: number; serial: number } {
    const [, index, serial] = token.split('-').map(Number)
    const model = grants[index ?? -1]
    if (!model || index === undefined || serial === undefined) throw new Error(`No modelled grant of ${token}`)
    return { model, index, serial }
  }

  /** Rotates, and gives the answer as Airwallex means it. */
  function process(entry: UpstreamEntry, fate: RequestFate): TokenAnswer {
    const { model, index, serial } = find(entry.token)
    const { grant, outcome } = refresh(model.grant, serial, time.now(), figures)
    model.grant = grant
    if (outcome.kind !== 'rotated' && outcome.kind !== 'replayed') return invalidGrant
    entry.rotated = true
    const issued = {
      accessToken: issueAccess(model, index),
      refreshToken: `refresh-${index}-${outcome.serial}`,
    }
    return typeof fate === 'object' && 'processed' in fate && !('lateMs' in fate)
      ? processedAnswers[fate.processed](issued)
      : goodAnswer(issued)
  }

  function arrive(token: string): UpstreamEntry {
    const { model, index, serial } = find(token)
    const at = time.now()
    const tokenClass = classify(model.grant, serial, at, figures)
    const overlaps = model.inFlight
    const entry = { at, grant: index, token, tokenClass, overlaps, rotated: false, status: null }
    journal.push(entry)
    upstream.onArrival(entry)
    return entry
  }

  async function exchange(token: string, attemptMs: number, fate: RequestFate): Promise<TokenAnswer> {
    const timedOut = { kind: 'no_answer', detail: 'time-out' } as const
    await time.sleep(latencyMs / 2)
    if (fate === 'lost') {
      await time.sleep(attemptMs - latencyMs / 2)
      return timedOut
    }
    if (typeof fate === 'object' && 'arrivesAfterMs' in fate) {
      void time.sleep(fate.arrivesAfterMs).then(() => process(arrive(token), 'ok'))
      await time.sleep(attemptMs - latencyMs / 2)
      return timedOut
    }
    const entry = arrive(token)
    const { model } = find(token)
    const serverMs = typeof fate === 'object' && 'lateMs' in fate ? fate.lateMs : latencyMs / 2
    model.inFlight++
    const answer = answerTo(entry, fate)
    const heldMs = Math.min(serverMs, attemptMs - latencyMs / 2)
    await time.sleep(heldMs)
    const processedLast = typeof fate === 'object' && 'lateMs' in fate && fate.processed === 'last'
    const given = answer ?? (processedLast && heldMs === serverMs ? process(entry, fate) : timedOut)
    model.inFlight--
    if (given.kind === 'answer') entry.status = given.status
    if (fate === 'answer_lost') return { kind: 'no_answer', detail: 'reset' }
    if (fate === 'answer_silent') await time.sleep(attemptMs - latencyMs)
    return fate === 'answer_silent' || heldMs < serverMs ? timedOut : given
  }

  /** Null: it is processed later. */
  function answerTo(entry: UpstreamEntry, fate: RequestFate): TokenAnswer | null {
    if (refusesConcurrent && entry.overlaps > 0) return unprocessedAnswers.rate_limited
    if (typeof fate === 'object') {
      if ('unprocessed' in fate) {
        return fate.unprocessed === 'invalid_grant' ? invalidGrant : unprocessedAnswers[fate.unprocessed]
      }
      if ('status' in fate) return { kind: 'answer', ...fate }
      if ('lateMs' in fate && fate.processed === 'last') return null
    }
    return process(entry, fate)
  }

  const upstream: ModelUpstream = {
    journal,
    fate: () => 'ok',
    reachable: true,
    canary: () => 'invalid_request',
    onArrival: () => {},
    grant() {
      const model = { grant: startGrant(time.now(), figures), inFlight: 0, access: new Map() }
      grants.push(model)
      return `refresh-${grants.length - 1}-1`
    },
    accessTokenOf: (token, leftMs) => {
      const { model, index } = find(token)
      return issueAccess(model, index, leftMs)
    },
    revokeAccessTokens: (token) => find(token).model.access.clear(),
    disconnect(token) {
      const { model } = find(token)
      model.grant = endGrant(model.grant, 'disconnected_by_owner')
      model.access.clear()
    },
    isDisconnected: (token) => find(token).model.grant.endedBy === 'disconnected_by_owner',
    isLive(token) {
      const { model, serial } = find(token)
      const tokenClass = classify(model.grant, serial, time.now(), figures)
      return tokenClass === 'current' || tokenClass === 'previous_in_grace'
    },
    accepts: (token) => (lifeOf(token)?.expiresAt ?? 0) > time.now(),
    lifeOf,
    tokenEndpoint: () => ({
      async connect() {
        await time.sleep(latencyMs / 2)
        if (!upstream.reachable) throw new Error('connection refused')
        return {
          async refresh({ refreshToken, mayWrite, attemptMs }) {
            return mayWrite()
              ? exchange(refreshToken, attemptMs, upstream.fate(requests++, refreshToken))
              : { kind: 'not_sent' }
          },
          async canary({ attemptMs }) {
            await time.sleep(latencyMs)
            const name = upstream.canary()
            if (name !== null) return unprocessedAnswers[name]
            await time.sleep(attemptMs - latencyMs)
            return { kind: 'no_answer', detail: 'time-out' }
          },
          close() {},
        }
      },
    }),
  }
  return upstream
}
