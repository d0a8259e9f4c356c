import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { v7 as uuidv7 } from 'uuid'
import { builtRoutes } from './built'
import { expect, type Partner, test } from './fixtures'
import { origins, productEnvironment } from './origins'
import { ownCookie } from './own-cookie'

// Section 4 of docs/security.md on every answer that this build can give.

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }

/** A request with exactly these headers, Host among them, and no redirect followed. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${origins.app}${path}`, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    request.on('error', reject)
    request.end()
  })
}

/** Payloads have an address of their own, to which Next leads whoever asks for one under the page's. */
async function askFor(path: string, headers: Record<string, string>): Promise<Answer> {
  const answer = await ask(path, headers)
  const { location = '' } = answer.headers
  return headers.rsc && location.includes('_rsc') ? ask(location, headers) : answer
}

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  'reporting-endpoints': 'csp="/api/csp-report"',
}

function expectHeaders({ status, headers }: Answer, what: string) {
  expect(headers, what).toMatchObject(EVERYWHERE)
  // Both are reached with a secret in their address.
  const isReachedWithASecret = what.includes('/callback') || what.includes('/api/auth/link')
  expect(headers['referrer-policy'], what).toBe(isReachedWithASecret ? 'no-referrer' : 'same-origin')
  expect(headers['content-security-policy'], what).toContain("default-src 'none'")
  expect(headers['content-security-policy'], what).toContain("frame-ancestors 'none'")
  expect(headers['x-powered-by'], what).toBeUndefined()
  expect(headers.server, what).toBeUndefined()
  expect(headers['strict-transport-security'], `${what}: over plain http it would be ignored`).toBeUndefined()
  if (status !== 200 || !what.includes('/_next/static/')) expect(headers['cache-control'], what).toMatch(/no-store/)
}

const cookieOf = ({ token }: Partner) => ({ cookie: `${ownCookie('session')}=${token}` })

test('every page and route, for someone, no one, prefetches and payloads', async ({ partner, seeded }) => {
  const { id } = await seeded(partner)
  const cron = { authorization: `Bearer ${productEnvironment().CRON_SECRET}` }
  const paths = builtRoutes()
    .filter((route) => route !== '/_global-error')
    .map((route) => route.replace('[id]', id).replace('[...nextauth]', 'callback/oidc'))
  const variants: Record<string, Record<string, string>> = {
    nobody: {},
    somebody: cookieOf(partner),
    payload: { ...cookieOf(partner), rsc: '1' },
    prefetch: { ...cookieOf(partner), rsc: '1', 'next-router-prefetch': '1' },
    'segment prefetch': {
      ...cookieOf(partner),
      rsc: '1',
      'next-router-prefetch': '1',
      'next-router-segment-prefetch': '/_tree',
    },
    'another method': cookieOf(partner),
  }
  for (const path of paths) {
    for (const [variant, headers] of Object.entries(variants)) {
      const isPost = variant === 'another method'
      // A cron route that is let in works for a minute.
      const answer = isPost ? await ask(path, { ...headers, origin: origins.app }, 'POST') : await askFor(path, headers)
      expect(answer.status, `${variant} ${path}`).toBeLessThan(500)
      expectHeaders(answer, `${variant} ${path}`)
    }
  }
  expectHeaders(await ask('/api/cron/purge', cron), 'cron /api/cron/purge')
})

test('what is not there, what fails and what leads on', async ({ partner, seeded, sql }) => {
  const { id } = await seeded(partner)
  await sql(`UPDATE credential SET refresh_token_expires_at = 'infinity' WHERE connection_id = $1`, [id])
  for (const [path, status] of [
    ['/nothing-here', [404]],
    [`/connections/${uuidv7()}`, [404]],
    ['/connections/x.css', [404]],
    ['/_next/static/nothing.js', [404]],
    ['/_next/image?url=%2Ficon.svg&w=64&q=75', [400, 404]],
    ['/_next/data/build/connections.json', [404]],
    ['/api/nothing', [404]],
    ['/favicon.ico', [404]],
    ['/.env', [404]],
    [`/connections/${id}`, [200, 500]],
    ['/', [307]],
    ['/sign-in/', [307]],
    ['/api/airwallex/callback?state=a&state=b', [303]],
    ['/icon.svg', [200]],
    ['/manifest.webmanifest', [200]],
  ] as const) {
    const answer = await ask(path, cookieOf(partner))
    expect(status, `${path} answered ${answer.status}`).toContain(answer.status)
    expectHeaders(answer, path)
    expect(answer.body, path).not.toMatch(/node_modules|at \w+ \(|RangeError|SELECT |prisma/i)
  }
})

test('hashed assets are kept for ever, and their sources stay here', async () => {
  const { body } = await ask('/sign-in')
  const assets = [...new Set(body.match(/\/_next\/static\/[\w./~-]+\.(?:js|css|woff2)/g))]
  expect(assets.length).toBeGreaterThan(3)
  for (const asset of assets) {
    const answer = await ask(asset)
    expect(answer.status, asset).toBe(200)
    expect(answer.headers['cache-control'], asset).toBe('public, max-age=31536000, immutable')
    expectHeaders(answer, asset)
    expect((await ask(`${asset}.map`)).status, asset).toBe(404)
    expect(answer.body).not.toContain('sourceMappingURL')
  }
})

test('each page has a nonce of its own, on every script, and takes none from outside', async ({ partner }) => {
  const planted = 'cGxhbnRlZC1ub25jZS0xMg=='
  const nonces = new Set<string>()
  for (const headers of [
    {},
    cookieOf(partner),
    { ...cookieOf(partner), 'x-nonce': planted, 'content-security-policy': `script-src 'nonce-${planted}'` },
    { ...cookieOf(partner), 'content-security-policy-report-only': `script-src 'nonce-${planted}'` },
  ]) {
    for (const path of ['/connections', '/sign-in', '/nothing-here', '/connect/result/wrong_browser']) {
      const answer = await ask(path, headers)
      const nonce = /'nonce-([^']+)'/.exec(answer.headers['content-security-policy']?.toString() ?? '')?.[1] ?? ''
      expect(Buffer.from(nonce, 'base64').length, path).toBeGreaterThanOrEqual(16)
      expect(nonces.has(nonce), path).toBe(false)
      nonces.add(nonce)
      expect(answer.body).not.toContain(planted)
      const scripts = answer.body.match(/<script\b[^>]*>/g) ?? []
      if (answer.status === 200) expect(scripts.length, path).toBeGreaterThan(0)
      expect(
        scripts.filter((script) => !script.includes(`nonce="${nonce}"`)),
        path,
      ).toEqual([])
    }
  }
})

test('no header of a request decides a host in any answer', async ({ partner, seeded }) => {
  const { id } = await seeded(partner)
  const evil = 'evil.example'
  const poisons: Record<string, string>[] = [
    { host: evil },
    { 'x-forwarded-host': evil },
    { 'x-forwarded-host': `localhost, ${evil}`, 'x-forwarded-proto': 'https' },
    { forwarded: `host=${evil};proto=https` },
    { 'x-host': evil, 'x-original-host': evil, 'x-forwarded-server': evil },
    { 'x-original-url': `http://${evil}/`, 'x-rewrite-url': `http://${evil}/` },
    { 'x-middleware-rewrite': `http://${evil}/`, 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
  ]
  const paths = [
    '/',
    '/sign-in',
    '/connections',
    '/connections/',
    `/connections/${id}`,
    '/nothing-here',
    '/api/readyz',
    '/api/airwallex/callback?code=a&state=b',
    '/api/auth/callback/oidc?code=a&state=b',
    '/api/auth/signin',
  ]
  for (const poison of poisons) {
    for (const path of paths) {
      for (const who of [{}, cookieOf(partner)]) {
        const { status, headers, body } = await ask(path, { ...who, ...poison })
        expect(`${JSON.stringify(headers)}${body}`, `${path} ${JSON.stringify(poison)}`).not.toContain(evil)
        expect(status, path).toBeLessThan(500)
      }
    }
    const signedOut = await ask('/sign-out', { ...poison, origin: `http://${evil}`, ...cookieOf(partner) }, 'POST')
    expect(signedOut.status).toBe(403)
  }
})

test('no header of a request opens a page to no one', async ({ partner, seeded }) => {
  const { id, account } = await seeded(partner)
  const bypasses: Record<string, string>[] = [
    { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
    { 'x-middleware-subrequest': 'src/proxy:nowaf' },
    { 'x-middleware-prefetch': '1' },
    { rsc: '1' },
    { rsc: '1', 'next-router-prefetch': '1' },
    { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
    { 'x-nextjs-data': '1' },
    { 'x-request-path': '/sign-in' },
    { 'x-forwarded-for': '127.0.0.1' },
    { cookie: `${ownCookie('session')}=undefined` },
    { cookie: `${ownCookie('session')}=${'A'.repeat(43)}` },
  ]
  for (const headers of bypasses) {
    for (const path of [`/connections/${id}`, `/connections/${id}/disconnect`, '/connections', `/connections/${id}/`]) {
      const { status, body } = await askFor(path, headers)
      expect(body, `${path} ${JSON.stringify(headers)}`).not.toContain(account.id)
      expect(body).not.toContain(partner.workspace)
      expect(status).not.toBe(500)
    }
  }
})

test('one cache for everyone could not mix people up', async ({ partner, somebodyElse }) => {
  const other = await somebodyElse()
  for (const headers of [{}, { rsc: '1' }]) {
    const one = await askFor('/connections', { ...headers, ...cookieOf(partner) })
    const two = await askFor('/connections', { ...headers, ...cookieOf(other.partner) })
    expect(one.body).toContain(partner.workspace)
    expect(two.body).toContain(other.partner.workspace)
    expect(two.body).not.toContain(partner.workspace)
    for (const { headers: sent } of [one, two]) expect(sent['cache-control']).toMatch(/private.*no-store/)
  }
  for (const path of ['/connections/x.css', '/connections.js', '/connections;x.png', '/connections%2fx.css']) {
    const answer = await ask(path, cookieOf(partner))
    expect(answer.status, path).toBe(404)
    expect(answer.headers['cache-control'], path).toMatch(/no-store/)
  }
})
