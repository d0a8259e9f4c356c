import { createHmac } from 'node:crypto'

export type WebhookEvent = { id: string; name: string; created_at: string } & Record<string, unknown>
export type Target = { webhookId: string; url: string; secret: string }
export type DeliveryAttempt = { at: number; status: number | null; error: string | null }
export type Delivery = {
  eventId: string
  name: string
  webhookId: string
  url: string
  state: 'pending' | 'held' | 'lost' | 'delivered' | 'given_up'
  attempts: DeliveryAttempt[]
}

const MAX_ATTEMPTS = 16
const MAX_BACK_OFF_FACTOR = 64
const ATTEMPT_TIMEOUT_MS = 5000
const KEPT_DELIVERIES = 500

/** `x-signature`: hexadecimal HMAC-SHA256 over timestamp and raw body, without a separator. */
export function sign(secret: string, timestamp: string, rawBody: string): string {
  return createHmac('sha256', secret).update(timestamp).update(rawBody).digest('hex')
}

/**
 * Sends events until they are answered with 200 ("only HTTP 200 counts"), with exponential back-off. It lives in real
 * time, whatever the sandbox's clock says: receivers compare the timestamp with their own clock.
 */
export class WebhookDeliveries {
  readonly #retryMs: number
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #closing = new AbortController()
  #deliveries: { delivery: Delivery; event: WebhookEvent; target: Target }[] = []

  constructor(retryMs: number) {
    this.#retryMs = retryMs
  }

  send(event: WebhookEvent, target: Target, mode: 'send' | 'hold' | 'lose'): void {
    const state = ({ send: 'pending', hold: 'held', lose: 'lost' } as const)[mode]
    const { webhookId, url } = target
    const delivery: Delivery = { eventId: event.id, name: event.name, webhookId, url, state, attempts: [] }
    this.#deliveries.push({ delivery, event, target })
    if (this.#deliveries.length > KEPT_DELIVERIES) this.#deliveries.shift()
    if (mode === 'send') void this.#attempt(delivery, event, target)
  }

  /** Sends what was held, newest first if asked, each `copies` times over. */
  release({ reverse = false, copies = 1 } = {}): number {
    const held = this.#deliveries.filter(({ delivery }) => delivery.state === 'held')
    for (const { delivery, event, target } of reverse ? held.reverse() : held) {
      delivery.state = 'pending'
      for (let copy = 0; copy < copies; copy += 1) void this.#attempt(delivery, event, target)
    }
    return held.length
  }

  /** The same event once more, as "at least once" allows. */
  redeliver(eventId: string): number {
    const found = this.#deliveries.filter(({ event }) => event.id === eventId)
    for (const { event, target } of found) this.send(event, target, 'send')
    return found.length
  }

  list(): Delivery[] {
    return this.#deliveries.map(({ delivery }) => delivery)
  }

  reset(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const { delivery } of this.#deliveries) delivery.state = 'given_up'
    this.#deliveries = []
  }

  close(): void {
    this.reset()
    this.#closing.abort()
  }

  async #attempt(delivery: Delivery, event: WebhookEvent, target: Target): Promise<void> {
    const rawBody = JSON.stringify(event)
    const timestamp = String(Date.now())
    const attempt: DeliveryAttempt = { at: Date.now(), status: null, error: null }
    delivery.attempts.push(attempt)
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'x-timestamp': timestamp,
          'x-signature': sign(target.secret, timestamp, rawBody),
        },
        body: rawBody,
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      })
      attempt.status = response.status
      await response.body?.cancel()
    } catch (error) {
      attempt.error = error instanceof Error ? error.name : 'unknown'
    }
    if (delivery.state !== 'pending') return
    if (attempt.status === 200) delivery.state = 'delivered'
    else if (delivery.attempts.length >= MAX_ATTEMPTS) delivery.state = 'given_up'
    else this.#later(delivery, event, target)
  }

  #later(delivery: Delivery, event: WebhookEvent, target: Target): void {
    const factor = Math.min(2 ** (delivery.attempts.length - 1), MAX_BACK_OFF_FACTOR)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(delivery, event, target)
    }, this.#retryMs * factor)
    timer.unref()
    this.#timers.add(timer)
  }
}
