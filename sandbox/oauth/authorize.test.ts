import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { pkcePair, postToken } from '../testing/client'

let sandbox: Sandbox
const callback = 'http://localhost:3000/api/airwallex/callback'

beforeAll(async () => {
  sandbox = await startSandbox({ redirectUris: [callback, 'https://partner.example/callback?keep=1'] })
})
afterAll(() => sandbox.close())

const good = () => ({
  client_id: sandbox.config.clientId,
  redirect_uri: callback,
  response_type: 'code',
  scope: 'account_details:read balance:read',
  state: 'st"ate&<>é',
  code_challenge: pkcePair().challenge,
  code_challenge_method: 'S256',
})

async function authorize(change: Record<string, string | undefined> = {}, suffix = '') {
  const parameters = Object.entries({ ...good(), ...change }).filter((entry): entry is [string, string] => !!entry[1])
  const url = `${sandbox.origin}/oauth/authorize?${new URLSearchParams(parameters)}${suffix}`
  const response = await fetch(url, { redirect: 'manual' })
  const location = response.headers.get('location')
  return { status: response.status, location, text: await response.text() }
}

/** A page of the flow, read as a browser reads it: its heading, its hidden fields, and what a button would post. */
type Page = { status: number; url: string; text: string; heading: string; location: string | null }

async function open(url: string, init: RequestInit = {}): Promise<Page> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const location = response.headers.get('location')
  if (location?.startsWith('/')) return open(sandbox.origin + location)
  const text = await response.text()
  return { status: response.status, url, text, heading: /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? '', location }
}

function press(page: Page, button: RegExp, fields: [string, string][] = []): Promise<Page> {
  const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
  const found = [...page.text.matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].find(([, , label]) =>
    button.test(label ?? ''),
  )
  if (!found) throw new Error(`There is no button ${button} on "${page.heading}".`)
  const [, name = '', value = ''] = /name="([^"]+)" value="([^"]*)"/.exec(found[1] ?? '') ?? []
  const ticked = [...page.text.matchAll(/<input type="checkbox" name="([^"]+)" value="([^"]*)" checked>/g)]
  const inputs = [...hidden, ...(fields.length > 0 ? [] : ticked)].map(([, key = '', text = '']) => [key, text])
  const body = new URLSearchParams([...inputs, ...fields, [name, value]] as [string, string][])
  return open(`${sandbox.origin}/oauth/consent`, { method: 'POST', body })
}

async function toReview(person: RegExp, account = 'acct_HarbourLanternHK0000001', change = {}) {
  const { location } = await authorize(change)
  const logIn = await open(sandbox.origin + location)
  const choose = await press(logIn, person)
  return press(choose, /^Continue$/, [['account', account]])
}

describe('an authorization request that cannot be trusted', () => {
  it.each([
    ['another client', { client_id: 'appid_other' }, 'invalid_client_id'],
    ['no client', { client_id: undefined }, 'invalid_client_id'],
    ['an unregistered redirect URI', { redirect_uri: 'https://evil.example/' }, 'invalid_redirect_uri'],
    ['a redirect URI with more behind it', { redirect_uri: `${callback}/x` }, 'invalid_redirect_uri'],
    ['a redirect URI with a query', { redirect_uri: `${callback}?a=1` }, 'invalid_redirect_uri'],
    ['no redirect URI', { redirect_uri: undefined }, 'invalid_redirect_uri'],
  ])('with %s shows a page and does not redirect', async (_, change, code) => {
    const { status, location, text } = await authorize(change)
    expect({ status, location }).toEqual({ status: 400, location: null })
    expect(text).toContain(code)
  })

  it('with a redirect URI given twice shows a page', async () => {
    const { status, location } = await authorize({}, `&redirect_uri=${encodeURIComponent(callback)}`)
    expect({ status, location }).toEqual({ status: 400, location: null })
  })
})

describe('an authorization request with bad parameters', () => {
  it.each([
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no scope', { scope: undefined }, 'invalid_request'],
    ['an unknown scope', { scope: 'balance:read everything:write' }, 'invalid_scope'],
    ['a scope in other letters', { scope: 'Balance:Read' }, 'invalid_scope'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without a method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a method without a challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
  ])('with %s redirects with the error and the state', async (_, change, error) => {
    const { status, location } = await authorize(change)
    expect(status).toBe(302)
    const target = new URL(location ?? '')
    expect(target.origin + target.pathname).toBe(callback)
    expect(Object.fromEntries(target.searchParams)).toEqual({ error, state: 'st"ate&<>é' })
  })

  it('without a state redirects without one', async () => {
    const { location } = await authorize({ state: undefined, response_type: 'token' })
    expect(new URL(location ?? '').searchParams.has('state')).toBe(false)
  })

  it('with a scope that is not registered redirects with invalid_scope', async () => {
    const small = await startSandbox({ scopes: ['balance:read'] })
    const query = new URLSearchParams({ ...good(), scope: 'account_details:read' })
    const response = await fetch(`${small.origin}/oauth/authorize?${query}`, { redirect: 'manual' })
    expect(response.headers.get('location')).toContain('error=invalid_scope')
    await small.close()
  })
})

describe('the consent pages', () => {
  it('lead from log in over account and review to a code that can be exchanged', async () => {
    const { verifier, challenge } = pkcePair()
    const review = await toReview(/Continue as Grace Lam/, undefined, { code_challenge: challenge })
    expect(review.heading).toBe('Review access')
    expect(review.text).toContain('Harbour Lantern Trading Limited')
    expect(review.text).toContain('See balances and their history')
    const { status, location } = await press(review, /^Allow$/)
    expect(status).toBe(303)
    const target = new URL(location ?? '')
    expect(target.searchParams.get('state')).toBe('st"ate&<>é')
    const { body } = await postToken(sandbox, {
      grant_type: 'authorization_code',
      code: target.searchParams.get('code') ?? '',
      redirect_uri: callback,
      code_verifier: verifier,
    })
    expect(body).toMatchObject({
      account_id: 'acct_HarbourLanternHK0000001',
      scope: 'account_details:read balance:read',
    })
  })

  it('return access_denied and the state when the person denies', async () => {
    const review = await toReview(/Continue as Oliver Hughes/)
    const { location } = await press(review, /^Deny$/)
    expect(Object.fromEntries(new URL(location ?? '').searchParams)).toEqual({
      error: 'access_denied',
      state: 'st"ate&<>é',
    })
  })

  it('keep the query of the redirect URI', async () => {
    const review = await toReview(/Mei Tanaka/, undefined, { redirect_uri: 'https://partner.example/callback?keep=1' })
    expect((await press(review, /^Allow$/)).location).toMatch(/^https:\/\/partner\.example\/callback\?keep=1&code=/)
  })

  it('grant only what was left ticked, in the format it was asked in', async () => {
    const scope = 'r:awx_action:balances_view r:awx_action:settings.account_details_view'
    const review = await toReview(/Grace Lam/, undefined, {
      scope,
      code_challenge: undefined,
      code_challenge_method: undefined,
    })
    const { location } = await press(review, /^Allow$/, [['scope', 'r:awx_action:balances_view']])
    const code = new URL(location ?? '').searchParams.get('code') ?? ''
    const { body } = await postToken(sandbox, { grant_type: 'authorization_code', code, redirect_uri: callback })
    expect(body.scope).toBe('r:awx_action:balances_view')
    const read = (path: string) =>
      fetch(sandbox.origin + path, { headers: { authorization: `Bearer ${body.access_token}` } })
    expect((await read('/api/v1/balances/current')).status).toBe(200)
    expect((await read('/api/v1/account')).status).toBe(403)
  })

  it('do not let a Viewer allow, on the page or by a form of his own', async () => {
    const review = await toReview(/Continue as Victor Reyes/)
    expect(review.text).not.toMatch(/>Allow</)
    expect(review.text).toContain('cannot give access')
    const flow = /name="flow" value="([^"]+)"/.exec(review.text)?.[1] ?? ''
    const body = new URLSearchParams({ flow, action: 'allow', scope: 'balance:read' })
    const forced = await fetch(`${sandbox.origin}/oauth/consent`, { method: 'POST', body, redirect: 'manual' })
    expect({ status: forced.status, location: forced.headers.get('location') }).toEqual({ status: 422, location: null })
  })

  it('end with the decision: the same form posted again says so', async () => {
    const review = await toReview(/Grace Lam/)
    await press(review, /^Allow$/)
    expect((await press(review, /^Allow$/)).status).toBe(410)
  })

  it('escape an account full of markup', async () => {
    const review = await toReview(/Grace Lam/, 'acct_HostileStrings00000006')
    expect(review.text).toContain('&lt;script&gt;')
    expect(review.text).not.toContain('<script')
  })

  it('do not offer a closed account', async () => {
    sandbox.control.setAccountStatus('acct_ThamesTyneUK0000000002', 'CLOSED')
    const page = await toReview(/Grace Lam/, 'acct_ThamesTyneUK0000000002')
    expect(page).toMatchObject({ status: 422, heading: 'Choose an account' })
    sandbox.control.setAccountStatus('acct_ThamesTyneUK0000000002', 'ACTIVE')
  })

  it('begin with a sign-up that makes a new account when asked to', async () => {
    const { location } = await authorize({ sign_up: 'true' })
    const signUp = await open(sandbox.origin + location)
    expect(signUp.heading).toBe('Create an account')
    const review = await press(signUp, /^Create account$/, [['business', 'Sandbox Business & Co']])
    expect(review.heading).toBe('Review access')
    expect(review.text).toContain('Sandbox Business &amp; Co')
    expect((await press(review, /^Allow$/)).location).toContain('code=')
  })

  it('need no script and load nothing from elsewhere', async () => {
    const { location } = await authorize()
    const response = await fetch(sandbox.origin + location)
    const text = await response.text()
    expect(text).not.toContain('<script')
    expect(text).toContain('Sandbox – not Airwallex')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self' http://localhost:3000")
  })
})
