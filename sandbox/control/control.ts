import { z } from 'zod'
import type { Fault, NewFault } from '../faults/fault'
import { beginOutage, isOver, type NewOutage, noOutage, type Outage } from '../faults/outage'
import { optionsSchema, type SandboxOptions } from '../state/config'
import { connectionOf } from '../state/connections'
import type { EndReason } from '../state/grants'
import { mayConsent, PEOPLE, ROLES, type Role } from '../state/people'
import { parseRequestedScopes, REGISTERED_SCOPES } from '../state/scopes'
import type { IssuedTokens } from '../state/stored-grant'
import { fingerprint } from '../state/token-strings'
import type { World } from '../state/world'
import { resetWorld } from '../state/world'

/** A control request that names something which does not exist, or cannot be done. */
export class ControlError extends Error {}

export const newAccountsSchema = z.strictObject({
  count: z.number().int().min(1).max(100_000).default(1),
  id: z.string().startsWith('acct_').optional(),
  name: z.string().min(1).optional(),
  status: z.string().min(1).optional(),
  /** Offered on the consent pages too. */
  listed: z.boolean().default(false),
})
export const newGrantSchema = z.strictObject({
  accountId: z.string(),
  userId: z.string().default('user_grace'),
  scopes: z.array(z.string()).min(1).optional(),
})
export const statusSchema = z.strictObject({ status: z.string().min(1) })
export const roleSchema = z.strictObject({ userId: z.string(), role: z.enum(ROLES) })

const ENDING_STATUSES: Record<string, EndReason> = { SUSPENDED: 'account_suspended', CLOSED: 'account_closed' }

// The documented account events; the names of those for DORMANT and CLOSED are not known.
const STATUS_EVENTS: Record<string, string> = {
  ACTIVE: 'account.active',
  SUSPENDED: 'account.suspended',
  ACTION_REQUIRED: 'account.action_required',
  SUBMITTED: 'account.submitted',
}

export type Control = ReturnType<typeof createControl>

/** What tests, the control API, the owner's page and the control page do to the sandbox. */
export function createControl(world: World) {
  const account = (id: string) => {
    const found = world.accounts.get(id)
    if (!found) throw new ControlError(`There is no account ${id}.`)
    return found
  }
  return {
    addFault: (fault: NewFault): Fault => world.faults.add(fault),
    faults: () => world.faults.list(),
    removeFault: (id: number) => world.faults.remove(id),
    clearFaults: () => world.faults.clear(),

    outage: (): Outage => (isOver(world.outage, world.clock.monotonic()) ? noOutage : world.outage),
    setOutage(outage: NewOutage): Outage {
      world.outage = beginOutage(outage, world.clock.monotonic())
      return world.outage
    },

    now: () => world.clock.now(),
    advanceClock: (seconds: number) => world.clock.advance(seconds),
    resetClock: () => world.clock.reset(),

    options: (): SandboxOptions => ({ ...world.options }),
    setOptions(change: Partial<SandboxOptions>): SandboxOptions {
      Object.assign(world.options, optionsSchema.partial().parse(change))
      return { ...world.options }
    },

    journal: (after?: number, count?: number) => world.journal.since(after, count),
    verdict: () => structuredClone(world.verdict),
    reset: () => resetWorld(world),

    createAccounts(input: z.input<typeof newAccountsSchema>): string[] {
      const { count, ...fields } = newAccountsSchema.parse(input)
      if (count > 1 && fields.id !== undefined) throw new ControlError('One id names one account.')
      if (fields.id !== undefined && world.accounts.get(fields.id))
        throw new ControlError('The account exists already.')
      return Array.from({ length: count }, () => world.accounts.create(fields).id)
    },
    /** A grant as a consent and a code exchange would have made it. */
    mintGrant(input: z.input<typeof newGrantSchema>): IssuedTokens {
      const { accountId, userId, scopes = [...REGISTERED_SCOPES] } = newGrantSchema.parse(input)
      const parsed = parseRequestedScopes(scopes.join(' '), REGISTERED_SCOPES)
      if (!parsed) throw new ControlError('A scope is unknown.')
      return world.grants.start({ accountId: account(accountId).id, userId, scopes: parsed })
    },
    /** How a refresh token stands, without presenting it. */
    inspectToken(refreshToken: string) {
      const { grant, tokenClass } = world.grants.inspect(refreshToken)
      return { class: tokenClass, grantId: grant?.id ?? null, fingerprint: fingerprint(refreshToken) }
    },

    accounts: () =>
      world.accounts.listed().map(({ id, name, place, status }) => ({ id, name, place, status, grants: grantsOf(id) })),
    grantsOf,
    connection: (accountId: string) => connectionOf(world, accountId),

    disconnect(accountId: string): void {
      world.grants.endAccount(account(accountId).id, 'disconnected_by_owner')
    },
    setRole(accountId: string, userId: string, role: Role): void {
      if (!PEOPLE.some((person) => person.id === userId)) throw new ControlError(`There is no user ${userId}.`)
      world.accounts.setRole(account(accountId).id, userId, role)
      if (mayConsent(role)) return
      for (const grant of world.grants.ofAccount(accountId)) {
        if (grant.userId === userId) world.grants.end(grant, 'consenting_user_lost_role')
      }
    },
    setAccountStatus(accountId: string, status: string): void {
      const changed = account(accountId)
      world.accounts.setStatus(changed, status)
      const event = STATUS_EVENTS[status]
      if (event) {
        world.webhooks.emit(event, accountId, { account_id: accountId, data: { id: accountId, status } })
      }
      const reason = ENDING_STATUSES[status]
      if (reason) world.grants.endAccount(accountId, reason)
    },

    webhookDeliveries: () => world.webhooks.deliveries(),
    releaseWebhooks: (how: { reverse?: boolean; copies?: number } = {}) => world.webhooks.release(how),
    redeliverWebhook: (eventId: string) => world.webhooks.redeliver(eventId),
  }

  function grantsOf(accountId: string) {
    return world.grants.ofAccount(accountId).map(({ id, userId, scopes, chain, createdAt, endedAt }) => {
      return { id, userId, scopes, createdAt, endedAt, endedBy: chain.endedBy, rotations: chain.lastSerial - 1 }
    })
  }
}
