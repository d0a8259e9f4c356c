import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { newFaultSchema } from '../faults/fault'
import { outageSchema } from '../faults/outage'
import { type Answer, jsonAnswer } from '../http/answer'
import { CONTROL_BODY_LIMIT_BYTES, readBody } from '../http/http'
import type { Mailbox } from '../identity/mailbox'
import type { SandboxOptions } from '../state/config'
import { type Control, ControlError, roleSchema, statusSchema } from './control'

type Call = { control: Control; mailbox: Mailbox; query: URLSearchParams; body: unknown; id: string }
type Operation = (call: Call) => unknown

const clockSchema = z.strictObject({ advanceSeconds: z.number() })
const releaseSchema = z.strictObject({
  reverse: z.boolean().default(false),
  copies: z.number().int().min(1).max(100).default(1),
})
const nothing = { ok: true }

/** Method and path, `:id` standing for one segment, to what is answered as JSON. */
const OPERATIONS: Record<string, Operation> = {
  'GET /control/faults': ({ control }) => control.faults(),
  'POST /control/faults': ({ control, body }) =>
    Array.isArray(body)
      ? body.map((fault) => control.addFault(newFaultSchema.parse(fault)))
      : control.addFault(newFaultSchema.parse(body)),
  'DELETE /control/faults': ({ control }) => control.clearFaults(),
  'DELETE /control/faults/:id': ({ control, id }) => control.removeFault(Number(id)),
  'GET /control/outage': ({ control }) => control.outage(),
  'POST /control/outage': ({ control, body }) => control.setOutage(outageSchema.parse(body)),
  'GET /control/clock': ({ control }) => ({ now: control.now() }),
  'POST /control/clock': ({ control, body }) => {
    control.advanceClock(clockSchema.parse(body).advanceSeconds)
    return { now: control.now() }
  },
  'DELETE /control/clock': ({ control }) => {
    control.resetClock()
    return { now: control.now() }
  },
  'GET /control/options': ({ control }) => control.options(),
  'PATCH /control/options': ({ control, body }) => control.setOptions(body as Partial<SandboxOptions>),
  'GET /control/journal': ({ control, query }) => {
    const number = (name: string) =>
      query.has(name) ? z.coerce.number().int().min(0).parse(query.get(name)) : undefined
    return control.journal(number('after'), number('count'))
  },
  'GET /control/verdict': ({ control }) => control.verdict(),
  'POST /control/reset': ({ control, mailbox }) => {
    mailbox.clear()
    return control.reset()
  },
  'GET /control/accounts': ({ control }) => control.accounts(),
  'POST /control/accounts': ({ control, body }) => ({ accountIds: control.createAccounts(body as never) }),
  'GET /control/accounts/:id': ({ control, id }) => {
    return { connection: control.connection(id), grants: control.grantsOf(id) }
  },
  'POST /control/accounts/:id/disconnect': ({ control, id }) => control.disconnect(id),
  'POST /control/accounts/:id/status': ({ control, id, body }) => {
    return control.setAccountStatus(id, statusSchema.parse(body).status)
  },
  'POST /control/accounts/:id/role': ({ control, id, body }) => {
    const { userId, role } = roleSchema.parse(body)
    return control.setRole(id, userId, role)
  },
  'POST /control/grants': ({ control, body }) => {
    if (!Array.isArray(body)) return control.mintGrant(body as never)
    return body.map((grant) => control.mintGrant(grant))
  },
  'POST /control/tokens/inspect': ({ control, body }) => {
    return control.inspectToken(z.strictObject({ refreshToken: z.string() }).parse(body).refreshToken)
  },
  'GET /control/webhooks': ({ control }) => control.webhookDeliveries(),
  'POST /control/webhooks/release': ({ control, body }) => {
    return { released: control.releaseWebhooks(releaseSchema.parse(body ?? {})) }
  },
  'POST /control/webhooks/:id/redeliver': ({ control, id }) => ({ redelivered: control.redeliverWebhook(id) }),
  'GET /control/mail': ({ mailbox }) => mailbox.messages(),
  'DELETE /control/mail': ({ mailbox }) => mailbox.clear(),
}

const ROUTES = Object.entries(OPERATIONS).map(([route, operation]) => {
  const [method, path = ''] = route.split(' ')
  return { method, pattern: new RegExp(`^${path.replace(':id', '([^/]+)')}$`), operation }
})

/** The control API. `null` when the path is not one of its own. */
export async function controlApi(
  dependencies: { control: Control; mailbox: Mailbox },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<Answer | null> {
  const onPath = ROUTES.filter(({ pattern }) => pattern.test(url.pathname))
  if (onPath.length === 0) return null
  const text = await readBody(request, response, CONTROL_BODY_LIMIT_BYTES)
  if (text === null) return jsonAnswer(413, { error: 'The body is too long or was cut.' })
  const route = onPath.find(({ method }) => method === request.method)
  if (!route) return jsonAnswer(405, { error: 'This method is not supported here.' })
  const id = decodeURIComponent(route.pattern.exec(url.pathname)?.[1] ?? '')
  try {
    const body: unknown = text ? JSON.parse(text) : undefined
    return jsonAnswer(200, route.operation({ ...dependencies, query: url.searchParams, body, id }) ?? nothing)
  } catch (error) {
    if (error instanceof z.ZodError) return jsonAnswer(400, { error: z.prettifyError(error) })
    if (error instanceof ControlError) return jsonAnswer(404, { error: error.message })
    if (error instanceof SyntaxError) return jsonAnswer(400, { error: 'The body is not JSON.' })
    throw error
  }
}
