import { once } from 'node:events'
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '@/lib/airwallex/testing/loopback-certificate'
import { ownCookieName } from '@/lib/security/own-cookie-name'
import { freePort } from '../scripts/dev-db.mjs'
import { localSecrets, startSandbox, startWeb, webEnvironment } from '../scripts/stack.mjs'
import { atAnotherAddress } from './another-address'
import { expect, test } from './fixtures'
import { logFile, productEnvironment } from './origins'
import { menu, signInAs, signOut } from './provider'
import { sandbox } from './sandbox'

// As in production: the application speaks http behind a front that ends TLS. The same build, another environment.

type Deployment = { origin: string; plainOrigin: string; sandboxOrigin: string; stop: () => Promise<void> }

/** Says that the browser came by TLS, as any front does. */
const passOn = (plainPort: number) => (request: IncomingMessage, response: ServerResponse) => {
  const headers = { ...request.headers, 'x-forwarded-proto': 'https' }
  const options = { host: 'localhost', port: plainPort, method: request.method, path: request.url, headers }
  const onward = httpRequest(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  request.pipe(onward)
}

async function listening<Front extends Server>(front: Front): Promise<number> {
  front.listen(0, 'localhost')
  await once(front, 'listening')
  return (front.address() as AddressInfo).port
}

async function deploy(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-dashboard-tls-'))
  chmodSync(folder, 0o755)
  const place = { folder, log: (part: string, line: string) => appendFileSync(logFile(), `${part} ${line}\n`) }
  const port = await freePort()
  const front = createTlsServer({ key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE }, passOn(port))
  const appOrigin = `https://localhost:${await listening(front)}`
  // Whoever waits for the first answer does not trust the certificate.
  const waitingRoom = createServer(passOn(port))
  const plainOrigin = `http://localhost:${port}`
  // It shares the run's database, in which an id of a token key means one key.
  const secrets = { ...localSecrets(folder), tokenKeys: productEnvironment().TOKEN_KEYS ?? '' }
  const own = await startSandbox(place, { appOrigin, ports: { sandbox: 0, oidc: 0, smtp: 0 }, secrets })
  const environment = {
    ...webEnvironment({
      appOrigin,
      databaseUrl: productEnvironment().DATABASE_URL ?? '',
      sandbox: own,
      secrets,
    }),
    TRUSTED_PROXIES: '1',
  }
  const answersAt = `http://localhost:${await listening(waitingRoom)}`
  const web = await atAnotherAddress(appOrigin, () => startWeb(place, { port, environment, answersAt }))
  waitingRoom.close()
  return {
    origin: appOrigin,
    plainOrigin,
    sandboxOrigin: own.origin,
    async stop() {
      front.closeAllConnections()
      await Promise.all([web.stop(), own.stop(), new Promise((resolve) => front.close(resolve))])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test.describe.configure({ mode: 'serial' })

let deployment: Deployment
test.beforeAll(async () => {
  deployment = await deploy()
})
test.afterAll(() => deployment?.stop())

const visit = async (browser: Browser) => {
  const context = await browser.newContext({ baseURL: deployment.origin, ignoreHTTPSErrors: true })
  return { context, page: await context.newPage() }
}

test('behind TLS someone signs in, connects and disconnects, with cookies that no other host can set', async ({
  browser,
  consent,
}) => {
  test.slow()
  const { context, page } = await visit(browser)
  const account = await sandbox.createAccount('Behind The Front Limited', {
    // The two sandboxes know nothing of each other, and number their accounts alike.
    id: 'acct_BehindTheFront0000000001',
    origin: deployment.sandboxOrigin,
  })
  const document = await page.goto('/sign-in')
  const headers = document?.headers() ?? {}
  expect(headers['strict-transport-security']).toBe('max-age=63072000')
  expect(headers['content-security-policy']).toContain('upgrade-insecure-requests')
  await signInAs(page, 'Ben Larsen')
  await page.waitForURL('**/connections')

  const callback = page.waitForResponse(/\/api\/airwallex\/callback\?/)
  await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
  await page.waitForURL(`${deployment.sandboxOrigin}/oauth/**`)
  const attempt = (await context.cookies()).find(({ name }) => name.includes('oauth'))
  expect(attempt).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/' })
  expect(attempt?.name.startsWith(ownCookieName(deployment.origin, 'oauth.'))).toBe(true)
  await consent(page, account)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/ is connected$/)
  expect((await callback).headers()['strict-transport-security']).toBe('max-age=63072000')

  // Cookies know no ports: those of the OpenID provider on this host come along.
  const cookies = (await context.cookies(deployment.origin)).filter(({ name }) => /pd\./.test(name))
  const session = cookies.find(({ name }) => name === ownCookieName(deployment.origin, 'session'))
  expect(session).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' })
  const life = (session?.expires ?? 0) - Date.now() / 1_000
  expect(life).toBeGreaterThan(11.9 * 3_600)
  expect(life).toBeLessThanOrEqual(12 * 3_600)
  expect(cookies.filter(({ secure }) => !secure)).toEqual([])
  expect(cookies.filter(({ name }) => !name.startsWith('__Host-') && !/^pd\.(theme|sidebar|zone)/.test(name))).toEqual(
    [],
  )
  for (const { value } of cookies) expect(value.length).toBeLessThan(4_096)

  await page.getByRole('link', { name: 'View connection' }).click()
  await menu(page, 'Actions').click()
  await page.getByRole('link', { name: 'Disconnect' }).click()
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByText('We deleted its tokens and kept its history.')).toBeVisible()
  await signOut(page, 'Sign out')
  expect((await context.cookies(deployment.origin)).filter(({ name }) => name.endsWith('.session'))).toEqual([])
  await context.close()
})

test('plain http gets no page, whoever asks', async ({ request }) => {
  for (const headers of [{}, { 'x-forwarded-proto': 'http' }, { 'x-forwarded-proto': 'https, http' }]) {
    for (const path of ['/', '/sign-in', '/connections?q=1', '/api/airwallex/callback?code=a&state=b']) {
      const answer = await request.get(`${deployment.plainOrigin}${path}`, { headers, maxRedirects: 0 })
      expect(answer.status(), path).toBe(308)
      expect(answer.headers().location, path).toBe(`${deployment.origin}${path}`)
      expect(answer.headers()['set-cookie'], path).toBeUndefined()
    }
    const posted = await request.post(`${deployment.plainOrigin}/sign-out`, { headers, maxRedirects: 0 })
    expect(posted.status()).toBe(403)
  }
  expect((await request.get(`${deployment.plainOrigin}/api/livez`)).status()).toBe(200)
})

test('a session cookie under the name for http is not looked at', async ({ browser, sql }) => {
  const { context, page } = await visit(browser)
  const [session] = await sql<{ token: string }>('SELECT session_token AS token FROM session LIMIT 1')
  const name = ownCookieName(deployment.origin.replace('https:', 'http:'), 'session')
  await context.addCookies([{ name, value: session?.token ?? 'x', url: deployment.origin }])
  await page.goto('/connections')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  await context.close()
})
