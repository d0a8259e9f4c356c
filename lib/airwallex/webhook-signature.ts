import { createHmac, timingSafeEqual } from 'node:crypto'

declare const verified: unique symbol

/** A delivery whose signature is right; `verifyWebhookSignature` alone makes it. */
export type VerifiedWebhook = { readonly body: string; readonly sentAt: Date; readonly [verified]: true }

export type WebhookVerification =
  | { readonly kind: 'verified'; readonly webhook: VerifiedWebhook }
  /** The reason is for logs; the sender never sees it. */
  | { readonly kind: 'refused'; readonly reason: 'timestamp' | 'stale' | 'signature' }

export type WebhookDelivery = {
  /** Exactly the bytes that came. */
  readonly rawBody: Uint8Array
  readonly headers: Headers
  /** One, or two while the secret is being changed. */
  readonly secrets: readonly string[]
  readonly now: Date
}

/**
 * How far `x-timestamp` may be from now: four days. Airwallex retries for about three days and does not say whether a
 * retry gets a new timestamp. The customary five minutes could refuse every retry after an outage of ours, and gain
 * nothing: the event's unique id excludes replays.
 */
export const WEBHOOK_TOLERANCE_MS = 4 * 24 * 3_600_000

/**
 * Verifies a delivery: `x-signature` is the lower-case hexadecimal HMAC-SHA256 of `x-timestamp` (Unix milliseconds)
 * followed by the raw body. A header sent twice arrives here joined by a comma, and matches neither pattern.
 */
export function verifyWebhookSignature({ rawBody, headers, secrets, now }: WebhookDelivery): WebhookVerification {
  const timestamp = headers.get('x-timestamp') ?? ''
  const signature = headers.get('x-signature') ?? ''
  if (!/^\d{13}$/.test(timestamp)) return { kind: 'refused', reason: 'timestamp' }
  if (!/^[0-9a-f]{64}$/.test(signature)) return { kind: 'refused', reason: 'signature' }
  const given = Buffer.from(signature, 'hex')
  // Every secret is tried, whichever matches: how long it takes says nothing.
  const matches = secrets.map((secret) => {
    const expected = createHmac('sha256', secret).update(timestamp).update(rawBody).digest()
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
  if (!matches.includes(true)) return { kind: 'refused', reason: 'signature' }
  const sentAt = new Date(Number(timestamp))
  if (Math.abs(now.getTime() - sentAt.getTime()) > WEBHOOK_TOLERANCE_MS) return { kind: 'refused', reason: 'stale' }
  const body = new TextDecoder().decode(rawBody)
  return { kind: 'verified', webhook: { body, sentAt } as VerifiedWebhook }
}
