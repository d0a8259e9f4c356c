import { z } from 'zod'
import { Secret } from '@/lib/vault/secret'
import { type ApiRead, type ReadPolicy, readApi } from './api-reader'
import type { AirwallexConfig } from './endpoints'
import { type Recognizable, recognize, wireInstant, wireText, wireTexts } from './wire-text'

/** Good for 30 minutes, for the Connections API; not an account's token. */
export type PartnerToken = { readonly token: Secret; readonly expiresAt: Date | null }

/** Airwallex's own record of a connection. Its id is opaque. */
export type PartnerConnection = {
  readonly id: string
  readonly airwallexAccountId: string
  readonly status: Recognizable<'CONNECTED' | 'DISCONNECTED'> | null
  readonly authorizedScopes: readonly string[]
}

export type PartnerConnectionPage = {
  readonly connections: readonly PartnerConnection[]
  /** Cursor of the next page; null at the end. */
  readonly pageAfter: string | null
}

// Camel case in the reference, snake case in newer products: both are read.
const loginSchema = z.object({ token: z.string().min(1), expires_at: wireInstant, expiresAt: wireInstant })
const connectionSchema = z.object({
  id: z.string().min(1).max(500),
  account_id: wireText,
  accountId: wireText,
  status: wireText,
  authorized_scopes: wireTexts,
  authorizedScopes: wireTexts,
})
const pageSchema = z.object({ items: z.array(z.unknown()).max(1_000), page_after: wireText, pageAfter: wireText })

/**
 * `POST /partner-api/v1/authentication/login`. Tried once: it creates something.
 * A refused client id or secret answers `unauthorized`.
 */
export function logInAsPartner(config: AirwallexConfig, policy?: Partial<ReadPolicy>): Promise<ApiRead<PartnerToken>> {
  const headers = { 'x-app-id': config.clientId, 'x-app-secret': config.clientSecret }
  const path = '/partner-api/v1/authentication/login'
  return readApi(config, { method: 'POST', path, headers, parse: parseLogin }, { ...policy, retries: 0 })
}

/** `GET /partner-api/v1/connections`, one page of at most 100. */
export function listPartnerConnections(
  config: AirwallexConfig,
  { token }: PartnerToken,
  page: string | null,
  policy?: Partial<ReadPolicy>,
): Promise<ApiRead<PartnerConnectionPage>> {
  const query = new URLSearchParams({ page_size: '100', ...(page === null ? {} : { page }) })
  const headers = { authorization: `Bearer ${token.reveal()}` }
  return readApi(config, { path: `/partner-api/v1/connections?${query}`, headers, parse: parsePage }, policy)
}

function parseLogin(json: unknown): PartnerToken | undefined {
  const { data } = loginSchema.safeParse(json)
  const expiresAt = data && (data.expires_at ?? data.expiresAt)
  return data && { token: new Secret(data.token), expiresAt: expiresAt ? new Date(expiresAt) : null }
}

function parsePage(json: unknown): PartnerConnectionPage | undefined {
  const { data } = pageSchema.safeParse(json)
  return (
    data && {
      connections: data.items.map(parseConnection).filter((connection) => connection !== undefined),
      pageAfter: data.page_after ?? data.pageAfter,
    }
  )
}

function parseConnection(json: unknown): PartnerConnection | undefined {
  const { data } = connectionSchema.safeParse(json)
  const airwallexAccountId = data?.account_id ?? data?.accountId
  if (!data || !airwallexAccountId) return undefined
  return {
    id: data.id,
    airwallexAccountId,
    status: recognize(['CONNECTED', 'DISCONNECTED'], data.status),
    authorizedScopes: data.authorized_scopes.length > 0 ? data.authorized_scopes : data.authorizedScopes,
  }
}
