import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint } from '../faults/fault'
import { type Answer, apiError } from '../http/answer'
import { handle } from '../http/pipeline'
import { canonicalScope } from '../state/scopes'
import type { World } from '../state/world'
import { accountDetails } from './account'
import { balanceHistory, currentBalances } from './balances'
import { financialTransactions } from './financial-transactions'
import { globalAccounts } from './global-accounts'
import type { ResourceRequest } from './resource-request'

type Resource = { endpoint: Endpoint; scope: string; read: (request: ResourceRequest) => Answer }

const RESOURCES: Record<string, Resource> = {
  '/api/v1/account': { endpoint: 'account', scope: 'account_details:read', read: accountDetails },
  '/api/v1/balances/current': { endpoint: 'balances', scope: 'balance:read', read: currentBalances },
  '/api/v1/balances/history': { endpoint: 'balance_history', scope: 'balance:read', read: balanceHistory },
  '/api/v1/financial_transactions': {
    endpoint: 'financial_transactions',
    scope: 'financial_transaction:read',
    read: financialTransactions,
  },
  '/api/v1/global_accounts': { endpoint: 'global_accounts', scope: 'global_account:read', read: globalAccounts },
}

/** Where an account has not pinned a version and the request names none. */
const DEFAULT_API_VERSION = '2025-06-30'

/** The endpoints that an OAuth access token may read. `false` when the path is none of them. */
export async function resourceApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  // Airwallex's guide writes the account's path with a trailing slash, its reference without.
  const resource = RESOURCES[url.pathname.replace(/\/$/, '')]
  if (!resource) return false
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
  const check = bearer === null ? null : world.grants.checkAccessToken(bearer)
  const version = request.headers['x-api-version']
  await handle(world, request, response, {
    endpoint: resource.endpoint,
    grantType: null,
    accountId: check?.grant?.accountId ?? null,
    grantId: check?.grant?.id ?? null,
    refreshToken: bearer,
    process: () => ({ answer: read(world, resource, request.method, bearer, version, url.searchParams) }),
  })
  return true
}

function read(
  world: World,
  resource: Resource,
  method: string | undefined,
  bearer: string | null,
  version: string | string[] | undefined,
  query: URLSearchParams,
): Answer {
  if (method !== 'GET') return apiError(405, 'method_not_allowed', 'Only GET is supported here.')
  if (bearer === null) return apiError(401, 'unauthorized', 'Access denied, authentication failed')
  const check = world.grants.checkAccessToken(bearer)
  if (check.kind === 'expired') return apiError(401, 'credentials_expired', 'The access token has expired.')
  if (check.kind !== 'valid') return apiError(401, 'credentials_invalid', 'Access denied, authentication failed')
  if (!check.grant.scopes.some((scope) => canonicalScope(scope) === resource.scope)) {
    return apiError(403, 'forbidden', `The scope ${resource.scope} is needed.`)
  }
  const account = world.accounts.get(check.grant.accountId)
  if (!account) return apiError(404, 'not_found', 'The account does not exist.')
  const apiVersion = typeof version === 'string' ? version : DEFAULT_API_VERSION
  if (!/^\d{4}-\d{2}-\d{2}$/.test(apiVersion)) {
    return apiError(400, 'invalid_argument', 'The API version is not a date.', 'x-api-version')
  }
  return resource.read({ account, query, apiVersion, now: world.clock.now() })
}
