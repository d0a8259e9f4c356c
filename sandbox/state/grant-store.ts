import type { SandboxOptions } from './config'
import { classify, type EndReason, endGrant, expiryOf, type Figures, refresh, startGrant } from './grants'
import type { AccessTokenCheck, IssuedTokens, Presented, RefreshAnswer, StoredGrant } from './stored-grant'
import type { TokenName, TokenStrings } from './token-strings'

export type GrantStoreParameters = {
  strings: TokenStrings
  options: SandboxOptions
  now: () => number
  /** Called when a grant has ended. */
  onEnded: (grant: StoredGrant, reason: EndReason) => void
}

/** All grants of the sandbox. Every operation is synchronous and takes constant time. */
export class GrantStore {
  readonly #parameters: GrantStoreParameters
  readonly #grants = new Map<string, StoredGrant>()
  readonly #byAccount = new Map<string, Set<string>>()
  #count = 0

  constructor(parameters: GrantStoreParameters) {
    this.#parameters = parameters
  }

  start(consent: { accountId: string; userId: string; scopes: string[] }): IssuedTokens {
    const { options, now } = this.#parameters
    if (options.reconsentEndsOldGrant) this.endAccount(consent.accountId, 'replaced_by_new_consent')
    this.#count += 1
    const at = now()
    const grant: StoredGrant = {
      id: `g${this.#count.toString(36)}`,
      ...consent,
      chain: startGrant(at, this.#figures()),
      lastAccessSerial: 0,
      accessTokens: [],
      createdAt: at,
      endedAt: null,
    }
    this.#add(grant)
    return this.#issue(grant, 1, at)
  }

  /** How a refresh token stands, without presenting it. */
  inspect(refreshToken: string): Presented {
    const { strings, now } = this.#parameters
    const name = strings.read('rt', refreshToken)
    const grant = name && this.#grants.get(name.grantId)
    if (!name || !grant) return { grant: null, tokenClass: 'unknown', serial: 0 }
    const tokenClass = classify(grant.chain, name.serial, now(), this.#figures())
    return { grant, tokenClass, serial: name.serial }
  }

  /** Presents a refresh token. With `rotate: false` an accepted token stays the one to use (RFC 6749 §6 allows it). */
  refresh(refreshToken: string, { rotate = true } = {}): RefreshAnswer {
    const { grant, serial } = this.inspect(refreshToken)
    if (!grant) return { kind: 'rejected', outcome: { kind: 'refused', reason: 'unknown' } }
    const at = this.#parameters.now()
    const result = refresh(grant.chain, serial, at, this.#figures())
    const { outcome } = result
    if (outcome.kind === 'breach') {
      this.end(grant, 'refresh_token_reuse')
      return { kind: 'rejected', outcome }
    }
    if (outcome.kind === 'refused') return { kind: 'rejected', outcome }
    if (!rotate) return { kind: 'issued', outcome, tokens: this.#issue(grant, serial, at) }
    grant.chain = result.grant
    if (this.#parameters.options.rotationEndsOldAccessToken) grant.accessTokens = []
    return { kind: 'issued', outcome, tokens: this.#issue(grant, outcome.serial, at) }
  }

  checkAccessToken(accessToken: string): AccessTokenCheck {
    const name = this.#parameters.strings.read('at', accessToken)
    const grant = name && this.#grants.get(name.grantId)
    if (!name || !grant) return { kind: 'unknown', grant: null }
    if (grant.chain.endedBy !== null) return { kind: 'grant_ended', grant }
    // Numbered without gaps, so the place follows from the number.
    const token = grant.accessTokens[name.serial - (grant.accessTokens[0]?.serial ?? 0)]
    return token && this.#parameters.now() < token.expiresAt ? { kind: 'valid', grant } : { kind: 'expired', grant }
  }

  /** RFC 7009: either kind of token ends its whole grant; anything else is ignored. */
  revoke(token: string): StoredGrant | null {
    const { strings } = this.#parameters
    const name: TokenName | null = strings.read('rt', token) ?? strings.read('at', token)
    const grant = name && this.#grants.get(name.grantId)
    if (!grant || grant.chain.endedBy !== null) return null
    this.end(grant, 'revoked_by_client')
    return grant
  }

  end(grant: StoredGrant, reason: EndReason): void {
    if (grant.chain.endedBy !== null) return
    grant.chain = endGrant(grant.chain, reason)
    grant.accessTokens = []
    grant.endedAt = this.#parameters.now()
    this.#parameters.onEnded(grant, reason)
  }

  endAccount(accountId: string, reason: EndReason): StoredGrant[] {
    const ended = this.ofAccount(accountId).filter((grant) => grant.chain.endedBy === null)
    for (const grant of ended) this.end(grant, reason)
    return ended
  }

  get(id: string): StoredGrant | undefined {
    return this.#grants.get(id)
  }

  /** Oldest first. */
  ofAccount(accountId: string): StoredGrant[] {
    const ids = this.#byAccount.get(accountId) ?? []
    return [...ids].flatMap((id) => this.#grants.get(id) ?? [])
  }

  accountIds(): string[] {
    return [...this.#byAccount.keys()]
  }

  all(): IterableIterator<StoredGrant> {
    return this.#grants.values()
  }

  /** The number of grants ever made continues, so that an id never names two of them. */
  clear(): void {
    this.#grants.clear()
    this.#byAccount.clear()
  }

  dump(): { count: number; grants: StoredGrant[] } {
    return { count: this.#count, grants: [...this.#grants.values()] }
  }

  load(saved: { count: number; grants: StoredGrant[] }): void {
    this.clear()
    this.#count = saved.count
    for (const grant of saved.grants) this.#add(grant)
  }

  #add(grant: StoredGrant): void {
    this.#grants.set(grant.id, grant)
    const ids = this.#byAccount.get(grant.accountId) ?? new Set<string>()
    this.#byAccount.set(grant.accountId, ids.add(grant.id))
  }

  /** `at` is the one instant of the whole step: the lifetimes answered are counted from when the tokens were made. */
  #issue(grant: StoredGrant, refreshSerial: number, at: number): IssuedTokens {
    const { strings, options } = this.#parameters
    grant.lastAccessSerial += 1
    while (grant.accessTokens[0] && at >= grant.accessTokens[0].expiresAt) grant.accessTokens.shift()
    grant.accessTokens.push({ serial: grant.lastAccessSerial, expiresAt: at + options.accessTokenSeconds * 1000 })
    const refreshExpiry = expiryOf(grant.chain, refreshSerial) ?? at
    return {
      accessToken: strings.write('at', { grantId: grant.id, serial: grant.lastAccessSerial }),
      refreshToken: strings.write('rt', { grantId: grant.id, serial: refreshSerial }),
      expiresInSeconds: options.accessTokenSeconds,
      refreshTokenExpiresInSeconds: Math.floor((refreshExpiry - at) / 1000),
      accountId: grant.accountId,
      scopes: grant.scopes,
      grantId: grant.id,
    }
  }

  #figures(): Figures {
    const { options } = this.#parameters
    return {
      dialect: options.dialect,
      graceMs: options.graceSeconds * 1000,
      refreshTokenMs: options.refreshTokenDays * 86_400_000,
    }
  }
}
