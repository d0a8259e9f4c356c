import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, redirectAnswer } from '../http/answer'
import { readForm } from '../http/http'
import { handle } from '../http/pipeline'
import { consentPage } from '../pages/consent'
import { errorPage } from '../pages/layout'
import type { World } from '../state/world'
import { ConsentFlows, type Flow } from './consent-flow'

const EXPLANATIONS = {
  invalid_client_id: 'The application that sent you here is not registered (client_id).',
  invalid_redirect_uri: 'The address to return to is not registered for this application (redirect_uri).',
}

/** `GET /oauth/authorize` and the pages that follow it. */
export class AuthorizeEndpoint {
  readonly #world: World
  readonly #flows: ConsentFlows

  constructor(world: World) {
    this.#world = world
    this.#flows = new ConsentFlows(world)
  }

  async authorize(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    await this.#answer(request, response, () => this.#start(url.searchParams))
  }

  async consent(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method !== 'POST') {
      return this.#answer(request, response, () => this.#show(this.#flows.find(url.searchParams.get('flow') ?? '')))
    }
    const form = await readForm(request, response)
    if (form) await this.#answer(request, response, () => this.#act(form))
  }

  #answer(request: IncomingMessage, response: ServerResponse, process: () => Answer): Promise<void> {
    const facts = { endpoint: 'authorize', grantType: null, accountId: null } as const
    return handle(this.#world, request, response, { ...facts, process: () => ({ answer: process() }) })
  }

  #start(query: URLSearchParams): Answer {
    const outcome = this.#flows.start(query)
    switch (outcome.kind) {
      case 'redirected':
        return outcome.answer
      case 'shown':
        return errorPage(400, 'This request cannot be served', EXPLANATIONS[outcome.code], outcome.code)
      case 'started':
        return redirectAnswer(consentUrl(outcome.flow))
    }
  }

  #show(flow: Flow | undefined, problem?: string): Answer {
    if (!flow) {
      return errorPage(410, 'This page has expired', 'Go back to the application and start again.', 'flow_ended')
    }
    const accounts = this.#world.accounts.listed()
    const applicationOrigin = this.#world.config.appOrigin
    return consentPage({ flow, flows: this.#flows, accounts, applicationOrigin, ...(problem && { problem }) })
  }

  #act(form: URLSearchParams): Answer {
    const flow = this.#flows.find(form.get('flow') ?? '')
    if (!flow) return this.#show(undefined)
    switch (form.get('action')) {
      case 'sign_up':
        this.#flows.signUp(flow, form.get('business') ?? '')
        return redirectAnswer(consentUrl(flow))
      case 'to_log_in':
        this.#flows.back(flow, 'log_in')
        return redirectAnswer(consentUrl(flow))
      case 'log_in':
        if (!this.#flows.logIn(flow, form.get('user') ?? '')) return this.#show(flow, 'Choose one of these people.')
        return redirectAnswer(consentUrl(flow))
      case 'choose_account':
        if (!this.#flows.chooseAccount(flow, form.get('account') ?? '')) {
          return this.#show(flow, 'Choose an account that is not closed.')
        }
        return redirectAnswer(consentUrl(flow))
      case 'deny':
        return this.#flows.deny(flow)
      case 'allow':
        return this.#flows.allow(flow, form.getAll('scope')) ?? this.#show(flow, 'Allow at least one permission.')
      default:
        return this.#show(flow, 'That is not one of the choices.')
    }
  }
}

function consentUrl(flow: Flow): string {
  return `/oauth/consent?flow=${flow.id}`
}
