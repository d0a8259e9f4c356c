import { parseWebhookEvent } from '@/lib/airwallex/webhook-events'
import { verifyWebhookSignature } from '@/lib/airwallex/webhook-signature'
import { requestClient } from '@/lib/auth/request-client'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import type { Defer } from '@/lib/rotation/run/driver'
import { takesOrDrops } from '@/lib/security/rate-limit'
import { readRawBody } from '@/lib/security/raw-body'
import { eventDeps, handleEvent, handleWaitingEvents } from './handle-event'
import { inboxStore, type StoredEvent } from './inbox-store'

/** Airwallex's events are a few kilobytes. */
const MAX_WEBHOOK_BYTES = 64 * 1024

/** What earlier deliveries left is finished beside later ones, a few at a time. */
const CATCH_UP = 5

const PRINTABLE = /^[\x20-\x7e]+$/

/**
 * Verifies and stores a delivery; only then it is answered with 200, the one answer that counts as delivered. What
 * follows from it comes after. Gives the status of an answer without a body.
 *
 * 200 stored now or before; 400 signed, but no event; 401 not Airwallex's; 413 over 64 KiB; 429 not Airwallex's, too often;
 * 503 no webhook secret is
 * configured or the database is away: Airwallex tries again.
 */
export async function receiveWebhook(request: Request, defer: Defer): Promise<200 | 400 | 401 | 413 | 429 | 503> {
  const { webhookSecrets: secrets } = env()
  if (secrets.length === 0) return refuse(503, 'no_webhook_secret')
  const body = await readRawBody(request, MAX_WEBHOOK_BYTES)
  if (body.kind === 'too_large') return refuse(413, body.kind)
  if (body.kind === 'cut_off') return refuse(400, body.kind)

  const { headers } = request
  const verification = verifyWebhookSignature({
    rawBody: body.bytes,
    headers,
    secrets,
    now: now(),
  })
  if (verification.kind === 'refused') {
    // Counted only now: senders with a valid signature are never slowed down by those without one.
    const counted = await takesOrDrops('webhook.refused.address', requestClient(headers).address)
    return counted ? refuse(401, verification.reason) : 429
  }
  const parsed = parseWebhookEvent(verification.webhook)
  if (parsed.kind === 'malformed' || !PRINTABLE.test(`${parsed.event.id}${parsed.event.name}`)) {
    return refuse(400, 'malformed')
  }

  const { event } = parsed
  try {
    const isMine = await inboxStore().receive(event)
    const { id, createdAt, content } = event
    defer(handle(isMine ? { id, content, occurredAt: createdAt ?? now() } : null, defer))
    return 200
  } catch (error) {
    log.error('An event could not be stored', { eventId: event.id, error })
    return 503
  }
}

async function handle(event: StoredEvent | null, defer: Defer): Promise<void> {
  try {
    const deps = eventDeps(defer)
    if (event) await handleEvent(event, deps)
    await handleWaitingEvents(CATCH_UP, deps)
  } catch (error) {
    log.error('An event could not be handled', { ...(event && { eventId: event.id }), error })
  }
}

function refuse<Status extends number>(status: Status, reason: string): Status {
  log.warn('A webhook delivery was refused', { status, reason })
  return status
}
