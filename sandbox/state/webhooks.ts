import { randomUUID } from 'node:crypto'
import type { SandboxConfig, SandboxOptions } from './config'
import { connectionId } from './connections'
import type { EndReason } from './grants'
import { wireTime } from './time'
import type { TokenStrings } from './token-strings'
import { type Delivery, WebhookDeliveries, type WebhookEvent } from './webhook-delivery'

export type Subscription = {
  id: string
  url: string
  secret: string
  /** `null`: all events, of all accounts. */
  events: string[] | null
  accountIds: Set<string>
  version: string
  createdAt: number
  updatedAt: number
}

export const DEFAULT_WEBHOOK_ID = 'wh_sandboxDefault'
export const DEFAULT_WEBHOOK_VERSION = '2026-08-21'

// One subscription of the application covers every account; all other events need a `connect` call for each.
const APPLICATION_EVENTS = ['connection.disconnected', 'partner_connection.disconnected']

export class Webhooks {
  readonly #config: SandboxConfig
  readonly #options: SandboxOptions
  readonly #strings: TokenStrings
  readonly #deliveries: WebhookDeliveries
  readonly #subscriptions = new Map<string, Subscription>()

  constructor(parameters: {
    config: SandboxConfig
    options: SandboxOptions
    strings: TokenStrings
  }) {
    this.#config = parameters.config
    this.#options = parameters.options
    this.#strings = parameters.strings
    this.#deliveries = new WebhookDeliveries(parameters.config.webhookRetryMs)
    this.reset()
  }

  connectionDisconnected(accountId: string, scopes: readonly string[], reason: EndReason): void {
    const id = connectionId(this.#config.clientId, accountId)
    this.emit('connection.disconnected', accountId, {
      account_id: accountId,
      source_id: id,
      data: { id, account_id: accountId, status: 'DISCONNECTED', authorized_scopes: scopes },
    })
    // `user_initiated` is the only reason Airwallex has published.
    const isOwners = reason === 'disconnected_by_owner'
    this.emit('partner_connection.disconnected', accountId, {
      app_id: this.#config.clientId,
      data: { account_ids: [accountId], ...(isOwners && { reason: 'user_initiated' }) },
    })
  }

  /** Sends an event to each subscription that wants it; answers the event's id. */
  emit(name: string, accountId: string, fields: Record<string, unknown>): string {
    const id = `evt_${randomUUID().replaceAll('-', '')}`
    const createdAt = wireTime(Date.now())
    for (const subscription of this.#subscriptions.values()) {
      if (!wants(subscription, name, accountId)) continue
      const event: WebhookEvent = { id, name, ...fields, created_at: createdAt, version: subscription.version }
      const target = { webhookId: subscription.id, url: subscription.url, secret: subscription.secret }
      this.#deliveries.send(event, target, this.#options.webhooks)
    }
    return id
  }

  release(how: { reverse?: boolean; copies?: number }): number {
    return this.#deliveries.release(how)
  }

  redeliver(eventId: string): number {
    return this.#deliveries.redeliver(eventId)
  }

  deliveries(): Delivery[] {
    return this.#deliveries.list()
  }

  create(url: string, events: string[], version: string): Subscription {
    const at = Date.now()
    const subscription: Subscription = {
      id: `wh_${randomUUID().replaceAll('-', '')}`,
      url,
      secret: this.#strings.random('whsec'),
      events,
      accountIds: new Set(),
      version,
      createdAt: at,
      updatedAt: at,
    }
    this.#subscriptions.set(subscription.id, subscription)
    return subscription
  }

  get(id: string): Subscription | undefined {
    return this.#subscriptions.get(id)
  }

  list(): Subscription[] {
    return [...this.#subscriptions.values()]
  }

  delete(id: string): void {
    this.#subscriptions.delete(id)
  }

  reset(): void {
    this.#deliveries.reset()
    this.#subscriptions.clear()
    this.#subscriptions.set(DEFAULT_WEBHOOK_ID, {
      id: DEFAULT_WEBHOOK_ID,
      url: this.#config.webhookUrl,
      secret: this.#config.webhookSecret,
      events: null,
      accountIds: new Set(),
      version: DEFAULT_WEBHOOK_VERSION,
      createdAt: Date.now(),
      updatedAt: Date.now(),
    })
  }

  close(): void {
    this.#deliveries.close()
  }
}

function wants({ events, accountIds }: Subscription, name: string, accountId: string): boolean {
  if (events === null) return true
  return events.includes(name) && (APPLICATION_EVENTS.includes(name) || accountIds.has(accountId))
}
