import type { GrantStore } from './grant-store'

/** Airwallex keeps one connection per application and account; its documentation's sample id decodes to this pair. */
export function connectionId(clientId: string, accountId: string): string {
  return Buffer.from(`${clientId}:${accountId}`).toString('base64')
}

export type Connection = {
  id: string
  accountId: string
  status: 'CONNECTED' | 'DISCONNECTED'
  authorizedScopes: string[]
}

export function connectionOf(
  { grants: store, config }: { grants: GrantStore; config: { clientId: string } },
  accountId: string,
): Connection | null {
  const grants = store.ofAccount(accountId)
  const live = grants.filter((grant) => grant.chain.endedBy === null)
  const shown = live.at(-1) ?? grants.at(-1)
  if (!shown) return null
  return {
    id: connectionId(config.clientId, accountId),
    accountId,
    status: live.length > 0 ? 'CONNECTED' : 'DISCONNECTED',
    authorizedScopes: shown.scopes,
  }
}
