import type { IncomingMessage, ServerResponse } from 'node:http'
import { partnerApi } from './api/partner-api'
import { partnerWebhooks } from './api/partner-webhooks'
import { resourceApi } from './api/resource-api'
import type { Control } from './control/control'
import { controlApi } from './control/control-api'
import type { Answer } from './http/answer'
import { apiError, jsonAnswer, redirectAnswer } from './http/answer'
import { readForm } from './http/http'
import { handle } from './http/pipeline'
import type { Mailbox } from './identity/mailbox'
import { AuthorizeEndpoint } from './oauth/authorize-endpoint'
import { revocationEndpoint, tokenEndpoint } from './oauth/token-endpoint'
import { controlAction, controlPage } from './pages/control'
import { mailPage } from './pages/mail'
import { ownerAction, ownerPage } from './pages/owner'
import { STYLESHEET } from './pages/stylesheet'
import type { World } from './state/world'

export type RouterParameters = { world: World; control: Control; mailbox: Mailbox }

/** One request to its answer. */
export function createRouter({ world, control, mailbox }: RouterParameters) {
  const authorize = new AuthorizeEndpoint(world)

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // First and without parsing an address: benchmarks measure against this endpoint.
    if (request.url === '/oauth/token' && request.method === 'POST') return tokenEndpoint(world, request, response)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const path = url.pathname
    if (path === '/oauth/revoke' && request.method === 'POST' && world.config.revocation) {
      return revocationEndpoint(world, request, response)
    }
    if (path === '/oauth/authorize' && request.method === 'GET') return authorize.authorize(request, response, url)
    if (path === '/oauth/consent') return authorize.consent(request, response, url)
    if (await resourceApi(world, request, response, url)) return
    if (await partnerApi(world, request, response, url)) return
    if (await partnerWebhooks(world, request, response, url)) return
    if (path.startsWith('/oauth/') || path.startsWith('/api/') || path.startsWith('/partner-api/')) {
      const answer = apiError(404, 'not_found', 'There is nothing here.')
      const facts = { endpoint: 'other', grantType: null, accountId: null } as const
      return handle(world, request, response, { ...facts, process: () => ({ answer }) })
    }
    const answer = await ownPages(request, response, url)
    if (answer && !response.headersSent) response.writeHead(answer.status, answer.headers).end(answer.body)
  }

  async function ownPages(request: IncomingMessage, response: ServerResponse, url: URL): Promise<Answer | null> {
    if (!isLocal(request, world.origin)) return jsonAnswer(403, { error: 'Only this machine may use the controls.' })
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /':
        return redirectAnswer('/control')
      case 'GET /sandbox.css':
        return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: STYLESHEET }
      case 'GET /control':
        return controlPage(world, url.searchParams)
      case 'GET /owner':
        return ownerPage(world, control)
      case 'GET /mail':
        return mailPage(mailbox.messages())
      case 'POST /control/action': {
        const form = await readForm(request, response)
        return form && controlAction(control, form)
      }
      case 'POST /owner/action': {
        const form = await readForm(request, response)
        return form && ownerAction(control, form)
      }
    }
    const answer = await controlApi({ control, mailbox }, request, response, url)
    return answer ?? jsonAnswer(404, { error: 'There is nothing here.' })
  }
}

// Against a page elsewhere that posts to localhost, and against a name elsewhere that resolves to it.
function isLocal(request: IncomingMessage, ownOrigin: string): boolean {
  const { host = '', origin } = request.headers
  const isOwnHost = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host)
  return isOwnHost && (origin === undefined || origin === ownOrigin || origin === `http://${host}`)
}
