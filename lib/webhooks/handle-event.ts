import { readAccount } from '@/lib/airwallex/account-api'
import type { ApiRead } from '@/lib/airwallex/api-reader'
import { readCurrentBalances } from '@/lib/airwallex/balances-api'
import type { AirwallexConfig } from '@/lib/airwallex/endpoints'
import type { EventContent } from '@/lib/airwallex/webhook-events'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import type { ReauthorizationReason } from '@/lib/rotation/row/row'
import type { Defer } from '@/lib/rotation/run/driver'
import type { EventTarget } from '@/lib/rotation/sql/grant-end-store'
import { refreshSnapshot } from '@/lib/snapshots/snapshots'
import { getAccessToken } from '@/lib/tokens/access-token'
import type { Secret } from '@/lib/vault/secret'
import { type InboxStore, inboxStore, type StoredEvent } from './inbox-store'

export type EventDeps = {
  readonly config: AirwallexConfig
  readonly inbox: InboxStore
  readonly getAccessToken: typeof getAccessToken
  readonly defer: Defer
}

type Disconnected = Extract<EventContent, { kind: 'disconnected' }>

/** How a confirmation went. Null: it could not be had now; the event stays in the inbox. */
type Confirmation = 'ended' | 'ended_before' | 'still_connected' | 'unconfirmed' | null

const MAX_TRIES = 3

export function eventDeps(defer: Defer): EventDeps {
  return { config: env().airwallex, inbox: inboxStore(), getAccessToken, defer }
}

/** Handles a stored event and marks it, or leaves it waiting. May run twice for one event: every effect is conditional. */
export async function handleEvent(event: StoredEvent, deps: EventDeps): Promise<void> {
  const outcome = await effectOf(event, deps)
  if (outcome === null) return log.warn('An event waits for another try', { eventId: event.id })
  await deps.inbox.finish(event.id, outcome)
  log.info('An event was handled', { eventId: event.id, outcome })
}

/** What earlier handlers left, because they were killed or Airwallex could not be asked. */
export async function handleWaitingEvents(limit: number, deps: EventDeps): Promise<number> {
  const waiting = await deps.inbox.takeWaiting(limit)
  for (const event of waiting) await handleEvent(event, deps)
  return waiting.length
}

async function effectOf({ content, occurredAt }: StoredEvent, deps: EventDeps): Promise<string | null> {
  switch (content.kind) {
    case 'disconnected':
      return disconnected(content, occurredAt, deps)
    case 'account_status_changed':
      return accountChanged(content.airwallexAccountId, deps)
    case 'unrecognized':
      return 'ignored'
  }
}

/** The page shows Airwallex's status of the account from its snapshot. */
async function accountChanged(airwallexAccountId: string, deps: EventDeps): Promise<string> {
  const holder = await deps.inbox.holder({ environment: deps.config.environment, airwallexAccountId })
  if (!holder) return 'no_connection'
  const { workspaceId, connectionId } = holder
  const principal = { system: 'account_event', workspaceId }
  await refreshSnapshot({ principal, connectionId, kind: 'account_details', urgent: true, defer: deps.defer }, deps)
  return 'refreshed'
}

/**
 * What Airwallex says of the end of grants, by an event or by its Connections API; null where it could not be confirmed
 * now. Events come late, repeatedly and in any order, and Airwallex seems to keep one connection per account, so an event
 * about an earlier grant looks like one about this: those from before the authorization are ignored, and the others are
 * believed once an API read is refused.
 */
export async function disconnected(content: Disconnected, at: Date, deps: EventDeps): Promise<string | null> {
  const { airwallexAccountIds } = content
  const { environment } = deps.config
  const closed = await deps.inbox.isClosed(environment, airwallexAccountIds)
  const reason: ReauthorizationReason = closed ? 'account_suspended_or_closed' : 'disconnected_at_airwallex'
  const { targets, explained } = await deps.inbox.noteDisconnect({ environment, airwallexAccountIds, at, reason })
  const active = targets.filter(({ status }) => status === 'active')
  const confirmations = await Promise.all(active.map((target) => confirm(target, reason, deps)))
  if (confirmations.includes(null)) return null
  if (confirmations.length > 0) return [...new Set(confirmations)].sort().join(' ')
  if (targets.length > 0) return 'disconnect_confirmed'
  return explained > 0 ? 'explained' : 'nothing_to_end'
}

async function confirm(target: EventTarget, reason: ReauthorizationReason, deps: EventDeps): Promise<Confirmation> {
  const { workspaceId, connectionId } = target
  const principal = { system: 'disconnect_event', workspaceId }
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const token = await deps.getAccessToken({ principal, connectionId, defer: deps.defer })
    switch (token.kind) {
      case 'not_found':
      case 'disconnected':
      case 'reauthorization_required':
        return 'ended_before'
      case 'unavailable':
      case 'frozen':
      case 'quarantined':
        return null
      case 'token': {
        const answer = await probe(deps.config, token.accessToken)
        if (answer.kind === 'ok') {
          await deps.inbox.dismiss(target)
          return 'still_connected'
        }
        // The token was accepted, but nothing may be read with it: the next refresh will tell.
        if (answer.kind === 'missing_permission') return 'unconfirmed'
        if (answer.kind !== 'unauthorized') return null
        // Where the row has moved on meanwhile, the refused token was not its newest: ask again.
        if (await deps.inbox.endGrant({ ...target, generation: token.generation }, reason)) return 'ended'
      }
    }
  }
  return null
}

/** One read, by whichever permission was granted. */
async function probe(config: AirwallexConfig, accessToken: Secret): Promise<ApiRead<unknown>> {
  const account = await readAccount(config, accessToken)
  return account.kind === 'missing_permission' ? readCurrentBalances(config, accessToken) : account
}
