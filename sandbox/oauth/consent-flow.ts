import { randomBytes } from 'node:crypto'
import { type Answer, redirectAnswer } from '../http/answer'
import type { Account } from '../state/account'
import { findPerson, mayConsent, type Person } from '../state/people'
import { parseRequestedScopes } from '../state/scopes'
import type { World } from '../state/world'

const FLOW_LIFETIME_MS = 15 * 60_000
const KEPT_FLOWS = 5000

/** One person's way through the consent pages, kept here under an id that the forms carry. */
export type Flow = {
  id: string
  redirectUri: string
  state: string | null
  scopes: string[]
  codeChallenge: string | null
  step: 'sign_up' | 'log_in' | 'account' | 'review'
  userId: string | null
  accountId: string | null
  startedAt: number
}

export type StartOutcome =
  | { kind: 'started'; flow: Flow }
  /** Nothing may be sent to a redirect URI that is not known to be the client's (RFC 6749 §4.1.2.1). */
  | { kind: 'shown'; code: 'invalid_client_id' | 'invalid_redirect_uri' }
  | { kind: 'redirected'; answer: Answer }

export class ConsentFlows {
  readonly #world: World
  readonly #flows = new Map<string, Flow>()

  constructor(world: World) {
    this.#world = world
  }

  /** Judges the authorization request. */
  start(query: URLSearchParams): StartOutcome {
    const { config } = this.#world
    const once = (name: string) => (query.getAll(name).length === 1 ? query.get(name) : null)
    if (once('client_id') !== config.clientId) return { kind: 'shown', code: 'invalid_client_id' }
    const redirectUri = once('redirect_uri')
    if (redirectUri === null || !config.redirectUris.includes(redirectUri)) {
      return { kind: 'shown', code: 'invalid_redirect_uri' }
    }
    const state = query.get('state')
    const refuse = (error: string): StartOutcome => {
      return { kind: 'redirected', answer: redirectAnswer(withParameters(redirectUri, { error, state }), 302) }
    }
    const repeated = [...new Set(query.keys())].some((name) => query.getAll(name).length > 1)
    if (repeated || !query.has('response_type')) return refuse('invalid_request')
    if (query.get('response_type') !== 'code') return refuse('unsupported_response_type')
    const codeChallenge = query.get('code_challenge')
    if (!isGoodChallenge(codeChallenge, query.get('code_challenge_method'))) return refuse('invalid_request')
    if (!query.get('scope')) return refuse('invalid_request')
    const scopes = parseRequestedScopes(query.get('scope'), config.scopes)
    if (!scopes) return refuse('invalid_scope')
    const flow: Flow = {
      id: randomBytes(16).toString('base64url'),
      redirectUri,
      state,
      scopes,
      codeChallenge,
      step: query.get('sign_up') === 'true' ? 'sign_up' : 'log_in',
      userId: null,
      accountId: null,
      startedAt: this.#world.clock.now(),
    }
    this.#keep(flow)
    return { kind: 'started', flow }
  }

  find(id: string): Flow | undefined {
    const flow = this.#flows.get(id)
    return flow && this.#world.clock.now() - flow.startedAt < FLOW_LIFETIME_MS ? flow : undefined
  }

  /** A new company; whoever signs up owns it. */
  signUp(flow: Flow, name: string): void {
    flow.accountId = this.#world.accounts.create({ name: name || 'New Business Sandbox', listed: true }).id
    flow.userId = 'user_grace'
    flow.step = 'review'
  }

  logIn(flow: Flow, userId: string): boolean {
    if (!findPerson(userId)) return false
    flow.userId = userId
    flow.step = 'account'
    return true
  }

  chooseAccount(flow: Flow, accountId: string): boolean {
    const account = this.#world.accounts.get(accountId)
    if (!flow.userId || !account || account.status === 'CLOSED') return false
    flow.accountId = accountId
    flow.step = 'review'
    return true
  }

  back(flow: Flow, step: 'log_in' | 'account'): void {
    flow.step = step
  }

  /** Who would consent for which account, or `null` before both are known. */
  choice(flow: Flow): { person: Person; account: Account; mayConsent: boolean } | null {
    const person = findPerson(flow.userId ?? '')
    const account = this.#world.accounts.get(flow.accountId ?? '')
    if (!person || !account) return null
    const role = this.#world.accounts.role(account.id, person.id)
    return { person: { ...person, role }, account, mayConsent: mayConsent(role) }
  }

  /** Ends the flow with a code for the scopes that were left ticked; `null` when this person may not give it. */
  allow(flow: Flow, scopes: readonly string[]): Answer | null {
    const choice = this.choice(flow)
    const granted = flow.scopes.filter((scope) => scopes.includes(scope))
    if (!choice?.mayConsent || granted.length === 0) return null
    this.#flows.delete(flow.id)
    const { redirectUri, codeChallenge, state } = flow
    const consent = { accountId: choice.account.id, userId: choice.person.id, scopes: granted }
    const code = this.#world.codes.issue({ ...consent, redirectUri, codeChallenge })
    return redirectAnswer(withParameters(redirectUri, { code, state }))
  }

  deny({ id, redirectUri, state }: Flow): Answer {
    this.#flows.delete(id)
    return redirectAnswer(withParameters(redirectUri, { error: 'access_denied', state }))
  }

  #keep(flow: Flow): void {
    this.#flows.set(flow.id, flow)
    const [oldest] = this.#flows.keys()
    if (oldest && this.#flows.size > KEPT_FLOWS) this.#flows.delete(oldest)
  }
}

// PKCE is optional for a client with a secret, S256 its only method, and 43 characters the length of an S256 challenge.
function isGoodChallenge(challenge: string | null, method: string | null): boolean {
  if (challenge === null) return method === null
  return method === 'S256' && /^[A-Za-z0-9_-]{43}$/.test(challenge)
}

function withParameters(redirectUri: string, parameters: Record<string, string | null>): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value)
  }
  return url.href
}
