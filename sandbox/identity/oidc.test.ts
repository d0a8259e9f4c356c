import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { pkcePair } from '../testing/client'
import { PARTNER_PEOPLE } from './partner-people'

let sandbox: Sandbox
let printed: unknown[] = []

beforeAll(async () => {
  const quiet = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info')].map((spy) => spy.mockImplementation(() => {}))
  sandbox = await startSandbox({ oidcPort: 0 })
  printed = quiet.flatMap((spy) => spy.mock.calls)
  for (const spy of quiet) spy.mockRestore()
})
afterAll(() => sandbox.close())

/** A browser that keeps cookies and follows redirects within the provider; stops at the application. */
function browser() {
  const cookies = new Map<string, string>()
  return async function visit(url: string, init: RequestInit = {}): Promise<{ url: string; text: string }> {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) return { url, text: await response.text() }
    const next = new URL(location, url).href
    return next.startsWith(String(sandbox.oidcIssuer)) ? visit(next) : { url: next, text: '' }
  }
}

async function signIn(person: string, visit = browser(), more: Record<string, string> = { prompt: 'login' }) {
  const { verifier, challenge } = pkcePair()
  const callback = `${sandbox.config.appOrigin}/api/auth/callback/oidc`
  const query = new URLSearchParams({
    client_id: sandbox.config.oidcClientId,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email profile',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })
  const chooser = await visit(`${sandbox.oidcIssuer}/auth?${query}`)
  // Its own session answers at once, where there is one.
  if (chooser.url.startsWith(callback))
    return { chooser, parameters: new URL(chooser.url).searchParams, callback, verifier }
  const back = await visit(chooser.url, { method: 'POST', body: new URLSearchParams({ person }) })
  return { chooser, parameters: new URL(back.url).searchParams, callback, verifier }
}

describe('the OpenID provider', () => {
  it('starts without a warning, on the oldest Node that the product takes as well', () => {
    expect(printed).toEqual([])
  })

  it.each(PARTNER_PEOPLE)('signs $name in with one click', async ({ id, name, email, emailVerified }) => {
    const { chooser, parameters, callback, verifier } = await signIn(id)
    expect(chooser.text).toContain(`Continue as ${name}`)
    expect(parameters.get('state')).toBe('state-1')
    const { oidcClientId, oidcClientSecret } = sandbox.config
    const response = await fetch(`${sandbox.oidcIssuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${oidcClientId}:${oidcClientSecret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: parameters.get('code') ?? '',
        redirect_uri: callback,
        code_verifier: verifier,
      }),
    })
    const { id_token: idToken } = (await response.json()) as { id_token: string }
    const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ sub: id, name, email, email_verified: emailVerified, nonce: 'nonce-1' })
    expect(claims.iss).toBe(sandbox.oidcIssuer)
  })

  it('returns access_denied when the person cancels', async () => {
    const { parameters } = await signIn('')
    expect(parameters.get('error')).toBe('access_denied')
  })

  it('knows who it is by its own session, until someone signs out there', async () => {
    const visit = browser()
    await signIn('partner-ada', visit, {})
    const again = await signIn('partner-ada', visit, {})
    expect(again.chooser.text).toBe('')
    expect(again.parameters.get('code')).toBeTruthy()

    const back = `${sandbox.config.appOrigin}/sign-in`
    const query = new URLSearchParams({ client_id: sandbox.config.oidcClientId, post_logout_redirect_uri: back })
    const asked = await visit(`${sandbox.oidcIssuer}/session/end?${query}`)
    expect(asked.text).toContain('has signed you out. Sign out here, too?')
    const [, action = ''] = /action="([^"]+)"/.exec(asked.text) ?? []
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(asked.text) ?? []
    const left = await visit(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) })
    expect(left.url).toBe(back)
    expect((await signIn('partner-ada', visit, {})).chooser.text).toContain('Continue as Ada Okafor')
  })

  it('leads nowhere but to the dashboard after signing out', async () => {
    const query = new URLSearchParams({
      client_id: sandbox.config.oidcClientId,
      post_logout_redirect_uri: 'https://evil.test/',
    })
    const answer = await fetch(`${sandbox.oidcIssuer}/session/end?${query}`, { redirect: 'manual' })
    expect(answer.status).toBe(400)
  })

  it('says so when the sign-in has expired', async () => {
    const response = await fetch(`${sandbox.oidcIssuer}/interaction/unknown`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('This sign-in has expired')
  })
})
