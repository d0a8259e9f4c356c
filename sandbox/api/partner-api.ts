import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint } from '../faults/fault'
import { type Answer, apiError, jsonAnswer } from '../http/answer'
import { handle } from '../http/pipeline'
import { isClient } from '../oauth/token-request'
import { type Connection, connectionOf } from '../state/connections'
import { wireTime } from '../state/time'
import type { World } from '../state/world'
import { invalid } from './resource-request'

const PARTNER_TOKEN_MS = 30 * 60_000
const KEPT_PARTNER_TOKENS = 1000

/** Partner login and the Connections API. `false` when the path is neither. */
export async function partnerApi(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const path = url.pathname
  const isLogin = path === '/partner-api/v1/authentication/login'
  const id = /^\/partner-api\/v1\/connections(?:\/(.+))?$/.exec(path)
  if (!isLogin && !id) return false
  const endpoint: Endpoint = isLogin ? 'partner_login' : 'connections'
  const process = () => {
    if (isLogin) return { answer: login(world, request) }
    const refused = checkPartnerToken(world, request)
    if (refused) return { answer: refused }
    return { answer: id?.[1] ? one(world, decodeURIComponent(id[1])) : list(world, url.searchParams) }
  }
  await handle(world, request, response, { endpoint, grantType: null, accountId: null, process })
  return true
}

function login(world: World, request: IncomingMessage): Answer {
  if (request.method !== 'POST') return apiError(405, 'method_not_allowed', 'Only POST is supported here.')
  const { 'x-app-id': id, 'x-app-secret': secret } = request.headers
  const client = typeof id === 'string' && typeof secret === 'string' ? { id, secret } : null
  if (!isClient(client, world.config))
    return apiError(401, 'credentials_invalid', 'Access denied, authentication failed')
  const token = world.strings.random('partner')
  const expiresAt = world.clock.now() + PARTNER_TOKEN_MS
  world.partnerTokens.set(token, expiresAt)
  const [oldest] = world.partnerTokens.keys()
  if (oldest && world.partnerTokens.size > KEPT_PARTNER_TOKENS) world.partnerTokens.delete(oldest)
  return jsonAnswer(201, { token, expires_at: wireTime(expiresAt) })
}

function checkPartnerToken(world: World, request: IncomingMessage): Answer | null {
  if (request.method !== 'GET') return apiError(405, 'method_not_allowed', 'Only GET is supported here.')
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const expiresAt = token === undefined ? undefined : world.partnerTokens.get(token)
  if (expiresAt === undefined) return apiError(401, 'unauthorized', 'Access denied, authentication failed')
  if (world.clock.now() >= expiresAt) return apiError(401, 'credentials_expired', 'The token has expired.')
  return null
}

function list(world: World, query: URLSearchParams): Answer {
  const size = Number(query.get('page_size') ?? 20)
  const start = Number(query.get('page') || 0)
  if (!Number.isInteger(size) || size < 1 || size > 100) return invalid('page_size')
  if (!Number.isInteger(start) || start < 0) return invalid('page')
  const accountIds = world.grants.accountIds()
  const items = accountIds.slice(start, start + size).flatMap((id) => connectionOf(world, id) ?? [])
  const after = start + size < accountIds.length ? String(start + size) : null
  const before = start > 0 ? String(Math.max(0, start - size)) : null
  const isSnake = world.options.partnerCasing === 'snake'
  const neighbors = isSnake ? { page_after: after, page_before: before } : { pageAfter: after, pageBefore: before }
  return jsonAnswer(200, { items: items.map((item) => onWire(world, item)), ...neighbors })
}

function one(world: World, id: string): Answer {
  const accountId = Buffer.from(id, 'base64').toString('utf8').split(':')[1] ?? ''
  const connection = connectionOf(world, accountId)
  if (!connection || connection.id !== id) return apiError(404, 'not_found', 'The connection does not exist.')
  return jsonAnswer(200, onWire(world, connection))
}

function onWire(world: World, { id, accountId, status, authorizedScopes }: Connection) {
  return world.options.partnerCasing === 'camel'
    ? { id, accountId, status, authorizedScopes }
    : { id, account_id: accountId, status, authorized_scopes: authorizedScopes }
}
