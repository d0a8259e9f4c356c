import type { ApiRead } from '@/lib/airwallex/api-reader'
import type { AirwallexConfig } from '@/lib/airwallex/endpoints'
import {
  listPartnerConnections,
  logInAsPartner,
  type PartnerConnection,
  type PartnerConnectionPage,
} from '@/lib/airwallex/partner-api'
import { log } from '@/lib/log'
import type { Defer } from '@/lib/rotation/run/driver'
import { disconnected, type EventDeps, eventDeps } from '@/lib/webhooks/handle-event'
import { type ReconcileStore, reconcileStore } from './reconcile-store'

export type Reconcile =
  | {
      readonly kind: 'read'
      /** How many connections Airwallex listed. */
      readonly listed: number
      /** Of those it called disconnected and we did not: how many ended, and how many answered all the same. */
      readonly ended: number
      readonly alive: number
    }
  /** Airwallex's Connections API could not be read, or not to its end: what it had said until then was acted on. */
  | { readonly kind: 'unavailable'; readonly why: Exclude<ApiRead<unknown>['kind'], 'ok'> }

export type ReconcileDeps = {
  readonly config: AirwallexConfig
  readonly store: ReconcileStore
  readonly events: EventDeps
}

/** Airwallex lists 100 a page: far more connections than one application has. */
const MAX_PAGES = 10_000

/**
 * Asks Airwallex which connections it still has, and so finds what a lost webhook would have reported. As with a webhook, a
 * connection is stopped only after an API read with a current token was refused.
 */
export async function reconcile(
  signal: AbortSignal,
  defer: Defer,
  changes: Partial<ReconcileDeps> = {},
): Promise<Reconcile> {
  const events = changes.events ?? eventDeps(defer)
  const { config, store } = { config: events.config, store: reconcileStore(), ...changes }
  // Before the list was made: a grant authorized after this moment is not what the list speaks of.
  const at = await store.clock()
  const counts = { listed: 0, ended: 0, alive: 0 }
  for await (const page of pages(config, signal)) {
    if (page.kind !== 'ok') {
      log.warn("Airwallex's list of connections could not be read", { reason: page.kind })
      return { kind: 'unavailable', why: page.kind }
    }
    const { connections } = page.data
    counts.listed += connections.length
    await store.note(config.environment, connections.flatMap(readingOf), at)
    const over = connections.filter(isOver).map(({ airwallexAccountId }) => airwallexAccountId)
    for (const accountId of await store.toConfirm(config.environment, over, at)) {
      if (signal.aborted) break
      const subject = { airwallexAccountIds: [accountId], organizationId: null, reason: null }
      const outcome = await disconnected({ kind: 'disconnected', ...subject }, at, events)
      if (outcome === 'ended') counts.ended += 1
      if (outcome === 'still_connected') counts.alive += 1
      log.info('Airwallex calls a connection disconnected', { reason: 'reconcile', outcome: outcome ?? 'waits' })
    }
  }
  return { kind: 'read', ...counts }
}

async function* pages(config: AirwallexConfig, signal: AbortSignal): AsyncGenerator<ApiRead<PartnerConnectionPage>> {
  let token = await logInAsPartner(config)
  if (token.kind !== 'ok') return yield token
  const seen = new Set<string>()
  let next: string | null = null
  for (let count = 0; count < MAX_PAGES && !signal.aborted; count++) {
    let page: ApiRead<PartnerConnectionPage> = await listPartnerConnections(config, token.data, next)
    if (page.kind === 'unauthorized' && count > 0) {
      // Half an hour is over.
      token = await logInAsPartner(config)
      if (token.kind !== 'ok') return yield token
      page = await listPartnerConnections(config, token.data, next)
    }
    yield page
    if (page.kind !== 'ok' || page.data.pageAfter === null || seen.has(page.data.pageAfter)) return
    next = page.data.pageAfter
    seen.add(next)
  }
}

function isOver({ status }: PartnerConnection): boolean {
  return status !== null && 'known' in status && status.known === 'DISCONNECTED'
}

function readingOf({ airwallexAccountId, status }: PartnerConnection) {
  if (status === null) return []
  return [{ airwallexAccountId, status: 'known' in status ? status.known : status.unrecognized }]
}
