import { randomBytes } from 'node:crypto'
import { Faults } from '../faults/fault'
import { noOutage, type Outage } from '../faults/outage'
import { Accounts } from './accounts'
import { AuthorizationCodes } from './authorization-codes'
import { createClock, type SandboxClock } from './clock'
import type { SandboxConfig, SandboxOptions } from './config'
import { GrantStore } from './grant-store'
import type { EndReason } from './grants'
import { Journal } from './journal'
import { createTokenStrings, type TokenStrings } from './token-strings'
import { countEnded, emptyVerdict, type Verdict } from './verdict'
import { Webhooks } from './webhooks'

/** Everything the sandbox knows; its parts share this one object. */
export type World = {
  readonly config: SandboxConfig
  /** Set once the server listens. */
  origin: string
  readonly options: SandboxOptions
  readonly clock: SandboxClock
  readonly signingKey: Buffer
  readonly strings: TokenStrings
  readonly accounts: Accounts
  readonly grants: GrantStore
  readonly codes: AuthorizationCodes
  readonly webhooks: Webhooks
  /** Tokens of the partner API, with the instant they end. */
  readonly partnerTokens: Map<string, number>
  readonly faults: Faults
  outage: Outage
  readonly journal: Journal
  verdict: Verdict
  /** Refresh requests in flight, by grant. */
  readonly inFlight: Map<string, number>
}

export function createWorld(config: SandboxConfig, signingKey: Buffer = randomBytes(32)): World {
  const clock = createClock()
  const options = { ...config.options }
  const strings = createTokenStrings(config.tokenMarker, signingKey)
  const accounts = new Accounts()
  const webhooks = new Webhooks({ config, options, strings })
  const grants = new GrantStore({ strings, options, now: clock.now, onEnded })
  const world: World = {
    config,
    origin: '',
    options,
    clock,
    signingKey,
    strings,
    accounts,
    grants,
    codes: new AuthorizationCodes(strings, clock.now),
    webhooks,
    partnerTokens: new Map(),
    faults: new Faults(),
    outage: noOutage,
    journal: new Journal(config.journalLimit),
    verdict: emptyVerdict(),
    inFlight: new Map(),
  }
  function onEnded({ accountId, scopes }: { accountId: string; scopes: string[] }, reason: EndReason) {
    countEnded(world.verdict, reason)
    const isLast = grants.ofAccount(accountId).every((grant) => grant.chain.endedBy !== null)
    if (!isLast || reason === 'replaced_by_new_consent') return
    webhooks.connectionDisconnected(accountId, scopes, reason)
  }
  return world
}

/** Back to the state after the start; the clock, the options and the signing key included, save the key. */
export function resetWorld(world: World): void {
  world.grants.clear()
  world.codes.clear()
  world.accounts.reset()
  world.webhooks.reset()
  world.partnerTokens.clear()
  world.faults.clear()
  world.outage = noOutage
  world.journal.clear()
  world.verdict = emptyVerdict()
  world.inFlight.clear()
  world.clock.reset()
  Object.assign(world.options, world.config.options)
}
