import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { type Answer, apiError, jsonAnswer } from '../http/answer'
import { readBody } from '../http/http'
import { handle } from '../http/pipeline'
import { isClient, parseBasic } from '../oauth/token-request'
import { wireTime } from '../state/time'
import { DEFAULT_WEBHOOK_ID, DEFAULT_WEBHOOK_VERSION, type Subscription } from '../state/webhooks'
import type { World } from '../state/world'
import { invalid } from './resource-request'

const url = z.url({ protocol: /^https?$/ })
const createSchema = z.object({
  request_id: z.string().min(1),
  url,
  events: z.array(z.string().min(1)).min(1),
  version: z.string().default(DEFAULT_WEBHOOK_VERSION),
})
const accountSchema = z.object({ account_id: z.string().min(1) })
const PATH = /^(?:\/partner-api|\/api)\/v1\/webhooks(?:\/([\w-]+))?(?:\/([\w-]+))?\/?$/

/** Partner webhooks, at their current and older paths, with the client in HTTP Basic. `false` when the path is neither. */
export async function partnerWebhooks(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
): Promise<boolean> {
  const [matched, first, second] = PATH.exec(target.pathname) ?? []
  if (!matched) return false
  const body = await readBody(request, response)
  if (body === null) return true
  const process = () => {
    const client = parseBasic(request.headers.authorization ?? '')
    if (!isClient(client, world.config))
      return { answer: apiError(401, 'unauthorized', 'Access denied, authentication failed') }
    return { answer: answer(world, request.method, first, second, body) }
  }
  await handle(world, request, response, { endpoint: 'webhooks', grantType: null, accountId: null, process })
  return true
}

function answer(
  world: World,
  method: string | undefined,
  first: string | undefined,
  second: string | undefined,
  body: string,
): Answer {
  if (method === 'GET' && first === undefined) {
    return jsonAnswer(200, { items: ownWebhooks(world).map((item) => onWire(item)), has_more: false })
  }
  if (method === 'POST' && first === 'create' && second === undefined) return create(world, body)
  const subscription = first === DEFAULT_WEBHOOK_ID ? undefined : world.webhooks.get(first ?? '')
  if (!subscription) return apiError(404, 'not_found', 'The webhook does not exist.')
  if (method === 'GET' && second === undefined) return jsonAnswer(200, onWire(subscription))
  if (method !== 'POST') return apiError(405, 'method_not_allowed', 'This method is not supported here.')
  return change(world, subscription, second, body)
}

function create(world: World, body: string): Answer {
  const parsed = createSchema.safeParse(parse(body))
  if (!parsed.success) return invalid(String(parsed.error.issues[0]?.path[0] ?? 'body'))
  const { url: target, events, version } = parsed.data
  const subscription = world.webhooks.create(target, events, version)
  return jsonAnswer(201, { ...onWire(subscription), secret: subscription.secret })
}

function change(world: World, subscription: Subscription, action: string | undefined, body: string): Answer {
  if (action === 'delete') {
    world.webhooks.delete(subscription.id)
    return jsonAnswer(200, { id: subscription.id, deleted: true })
  }
  if (action === 'update') {
    const parsed = z.object({ url }).safeParse(parse(body))
    if (!parsed.success) return invalid('url')
    Object.assign(subscription, { url: parsed.data.url, updatedAt: Date.now() })
    return jsonAnswer(200, onWire(subscription))
  }
  if (action !== 'connect' && action !== 'disconnect') return apiError(404, 'not_found', 'There is nothing here.')
  const parsed = accountSchema.safeParse(parse(body))
  if (!parsed.success) return invalid('account_id')
  if (action === 'connect') subscription.accountIds.add(parsed.data.account_id)
  else subscription.accountIds.delete(parsed.data.account_id)
  return jsonAnswer(200, onWire(subscription))
}

// The one that the configuration makes is not the application's own.
function ownWebhooks(world: World): Subscription[] {
  return world.webhooks.list().filter(({ id }) => id !== DEFAULT_WEBHOOK_ID)
}

function onWire({ id, url: target, events, version, createdAt, updatedAt }: Subscription) {
  return { id, url: target, events, version, created_at: wireTime(createdAt), updated_at: wireTime(updatedAt) }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
