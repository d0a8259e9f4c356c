import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Provider from 'oidc-provider'
import type { Configuration } from 'oidc-provider'
import { type Answer, redirectAnswer } from '../http/answer'
import { readForm } from '../http/http'
import { html, Markup } from '../pages/html'
import { errorPage, page } from '../pages/layout'
import { STYLESHEET } from '../pages/stylesheet'
import { findPartnerPerson, PARTNER_PEOPLE } from './partner-people'

export type OidcParameters = {
  port: number
  clientId: string
  clientSecret: string
  appOrigin: string
  /** What it says of when someone was asked, with each sign-in; unset, the truth. */
  authTime?: () => AuthTime
}

/** An hour ago, as after a single sign-on that asked no one; or nothing, as where it does not know `max_age`. */
export type AuthTime = 'now' | 'an_hour_ago' | 'absent'

/** A real OpenID provider in which one click picks a person. */
export async function startOidc(parameters: OidcParameters): Promise<{ issuer: string; close: () => Promise<void> }> {
  let provider: Provider | undefined
  const server = createServer((request, response) => {
    if (!provider) return void response.writeHead(503).end()
    void route(provider, parameters, request, response)
  })
  server.listen(parameters.port, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  provider = await createProvider(issuer, parameters)
  return {
    issuer,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function createProvider(issuer: string, parameters: OidcParameters): Promise<Provider> {
  // Loaded on demand: the API alone, as most tests start it, needs none of it.
  const { default: OidcProvider } = await withoutWarnings(() => import('oidc-provider'))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const configuration: Configuration = {
    clients: [
      {
        client_id: parameters.clientId,
        client_secret: parameters.clientSecret,
        redirect_uris: [`${parameters.appOrigin}/api/auth/callback/oidc`],
        post_logout_redirect_uris: [`${parameters.appOrigin}/sign-in`],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'sandbox' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Claims in the ID token, which is all that the dashboard reads.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(16).toString('hex')], names: cookieNames(issuer) },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          const { headers, body } = signOutPage(parameters.appOrigin, form)
          context.set(headers)
          context.body = body
        },
      },
    },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, Interaction: 3600, Session: 86_400, Grant: 86_400 },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => {
      const person = findPartnerPerson(id)
      if (!person) return undefined
      const { name, email, emailVerified } = person
      return { accountId: id, claims: () => ({ sub: id, name, email, email_verified: emailVerified }) }
    },
    // Granted at once: one's own company asks for no consent.
    loadExistingGrant: async ({ oidc }) => {
      const clientId = oidc.client?.clientId ?? ''
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  }
  const provider = await withoutWarnings(async () => new OidcProvider(issuer, configuration))
  // Most providers say unasked when they asked; those that do not know `max_age` never do.
  const client = await provider.Client.find(parameters.clientId)
  Object.defineProperty(client, 'requireAuthTime', { get: () => parameters.authTime?.() !== 'absent' })
  return provider
}

/** Browsers share a host's cookies among its ports: two sandboxes are two providers. */
function cookieNames(issuer: string) {
  const { port } = new URL(issuer)
  return { session: `_session.${port}`, interaction: `_interaction.${port}`, resume: `_interaction_resume.${port}` }
}

/**
 * Without what oidc-provider prints as it starts: that Node 20 is old, on which it works and we test it, and that what it
 * keeps in memory ends with the process, which is what a sandbox is for.
 */
async function withoutWarnings<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console
  console.warn = () => {}
  try {
    return await work()
  } finally {
    console.warn = warn
  }
}

async function route(
  provider: Provider,
  { appOrigin, authTime = () => 'now' }: OidcParameters,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? '/'
  if (path === '/sandbox.css') return void response.writeHead(200, { 'content-type': 'text/css' }).end(STYLESHEET)
  if (!path.startsWith('/interaction/')) {
    if (authTime() === 'absent') request.url = request.url?.replace(/&(?:prompt=login|max_age=0)\b/g, '') ?? '/'
    return void provider.callback()(request, response)
  }
  try {
    if (request.method !== 'POST') {
      // Throws when the cookie of the interaction is missing or stale.
      await provider.interactionDetails(request, response)
      return reply(response, personPage(appOrigin))
    }
    const form = await readForm(request, response)
    if (!form) return
    const person = findPartnerPerson(form.get('person') ?? '')
    const cancelled = { error: 'access_denied', error_description: 'The person canceled.' }
    const ts = Math.floor(Date.now() / 1_000) - (authTime() === 'an_hour_ago' ? 3_600 : 0)
    const result = person ? { login: { accountId: person.id, remember: false, ts } } : cancelled
    const location = await provider.interactionResult(request, response, result)
    reply(response, redirectAnswer(location))
  } catch {
    reply(response, errorPage(400, 'This sign-in has expired', 'Go back to the dashboard and start again.'))
  }
}

function personPage(appOrigin: string): Answer {
  const people = PARTNER_PEOPLE.map(
    ({ id, name, email, emailVerified }) => html`<li><button class="choice" name="person" value="${id}">
<span>Continue as ${name}<small>${email}${emailVerified === true ? '' : emailVerified ? ' (verified as a text)' : ' (not verified)'}</small></span></button></li>`,
  )
  const body = html`<p>The dashboard at <strong>${new URL(appOrigin).host}</strong> asks who you are.</p>
<form method="post"><ul class="choices">${people}</ul><button name="person" value="">Cancel</button></form>`
  return page({ title: 'Sign in', body, formTargets: [appOrigin] })
}

/** Asks before it signs anyone out: any page could have led here. */
function signOutPage(appOrigin: string, form: string): Answer {
  const body = html`<p>The dashboard at <strong>${new URL(appOrigin).host}</strong> has signed you out. Sign out here, too?</p>
${new Markup(form)}<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm">Stay signed in</button></p>`
  return page({ title: 'Sign out', body, formTargets: [appOrigin] })
}

function reply(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers).end(answer.body)
}
