import { z } from 'zod'
import { AIRWALLEX_ACCOUNT_STATUSES, type AirwallexAccountStatus } from './account-api'
import { parseJson } from './json'
import type { VerifiedWebhook } from './webhook-signature'
import { recognize, wireInstant, wireObject, wireText, wireTexts } from './wire-text'

export type AirwallexEvent = {
  /** The same on every delivery of one event. */
  readonly id: string
  /** Airwallex's name, such as `connection.disconnected`. */
  readonly name: string
  /** When it happened; deliveries come in any order. Null when unreadable. */
  readonly createdAt: Date | null
  readonly content: EventContent
}

export type EventContent =
  /** From `connection.disconnected` or `partner_connection.disconnected`: these accounts' tokens are dead. */
  | {
      readonly kind: 'disconnected'
      readonly airwallexAccountIds: readonly string[]
      readonly organizationId: string | null
      readonly reason: string | null
    }
  /** From `account.*`. */
  | {
      readonly kind: 'account_status_changed'
      readonly airwallexAccountId: string
      readonly status: AirwallexAccountStatus
    }
  | { readonly kind: 'unrecognized' }

export type EventParse = { readonly kind: 'parsed'; readonly event: AirwallexEvent } | { readonly kind: 'malformed' }

// Older payload versions are in camel case; the newer event's fields are documented beside and inside `data`.
const subject = {
  account_id: wireText,
  accountId: wireText,
  account_ids: wireTexts,
  accountIds: wireTexts,
  org_id: wireText,
  orgId: wireText,
  reason: wireText,
}
const envelopeSchema = z.object({
  ...subject,
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  created_at: wireInstant,
  createdAt: wireInstant,
  data: wireObject({ ...subject, id: wireText }),
})
type Envelope = z.output<typeof envelopeSchema>

const ACCOUNT_EVENT = /^account\.([a-z_]+)$/

/** Reads a verified delivery. Events that we do not know are parsed to `unrecognized`, and are to be answered with 200. */
export function parseWebhookEvent({ body }: VerifiedWebhook): EventParse {
  const json = parseJson(body)
  const { data: envelope } = envelopeSchema.safeParse(json.kind === 'parsed' ? json.value : undefined)
  if (!envelope) return { kind: 'malformed' }
  const createdAt = envelope.created_at ?? envelope.createdAt
  const content = contentOf(envelope)
  if (!content) return { kind: 'malformed' }
  const { id, name } = envelope
  return { kind: 'parsed', event: { id, name, createdAt: createdAt === null ? null : new Date(createdAt), content } }
}

/** Undefined: an event we know, without the account it is about. */
function contentOf(envelope: Envelope): EventContent | undefined {
  const { name, data } = envelope
  const accounts = accountIds(envelope)
  if (name === 'connection.disconnected' || name === 'partner_connection.disconnected') {
    const organizationId = data.org_id ?? data.orgId ?? envelope.org_id ?? envelope.orgId
    if (accounts.length === 0 && organizationId === null) return undefined
    const reason = data.reason ?? envelope.reason
    return { kind: 'disconnected', airwallexAccountIds: accounts, organizationId, reason }
  }
  const word = ACCOUNT_EVENT.exec(name)?.[1]
  const status = recognize(AIRWALLEX_ACCOUNT_STATUSES, word?.toUpperCase() ?? null)
  // `account.connected`, for example, says nothing about the status.
  if (!status || 'unrecognized' in status) return { kind: 'unrecognized' }
  const [airwallexAccountId] = accounts.length > 0 ? accounts : [data.id]
  if (!airwallexAccountId) return undefined
  return { kind: 'account_status_changed', airwallexAccountId, status }
}

function accountIds({ data, ...envelope }: Envelope): readonly string[] {
  const named = [data, envelope].flatMap((part) => [
    part.account_id,
    part.accountId,
    ...part.account_ids,
    ...part.accountIds,
  ])
  return [...new Set(named.filter((id) => id !== null))]
}
