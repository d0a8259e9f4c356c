import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { providerSignOutUrl } from './provider-sign-out'
import { STANDARD_CLAIMS } from './sign-in-policy'

setLogLevel('silent')
const NOW = new Date('2026-12-01T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)
const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

type Says = (issuer: string) => { status?: number; location?: string; body?: string } | 'nothing'

/** A provider that describes itself as `says`, and how often it was asked to. */
async function provider(says: Says) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const answer = says(issuer)
    if (answer === 'nothing') return
    const { status = 200, location, body = '' } = answer
    response.writeHead(status, { ...(location && { location }) }).end(body)
  })
  servers.push(server)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const oidc = { issuer, clientId: 'dash & board', clientSecret: 's', name: 'P', claims: STANDARD_CLAIMS }
  const settings = { appOrigin: 'https://dashboard.test', secret: 's', oidc, emailDomains: [], open: false }
  return { asked, issuer, url: (now = NOW) => providerSignOutUrl(settings, now) }
}
const describing =
  (more: object): Says =>
  (issuer) => ({ body: JSON.stringify({ issuer, ...more }) })

describe('where a browser ends its session at the provider', () => {
  it('is where the provider says, with who asks and the way back', async () => {
    const found = await provider(describing({ end_session_endpoint: 'https://login.test/end?tenant=7' }))
    const url = new URL((await found.url()) ?? '')
    expect(`${url.origin}${url.pathname}`).toBe('https://login.test/end')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '7',
      client_id: 'dash & board',
      post_logout_redirect_uri: 'https://dashboard.test/sign-in',
    })
    expect(found.asked).toEqual(['/.well-known/openid-configuration'])
  })

  it.each<[string, Says]>([
    ['has no such place', describing({})],
    ['names one that is none', describing({ end_session_endpoint: 'elsewhere' })],
    ['names one that runs a script', describing({ end_session_endpoint: 'javascript:alert(1)' })],
    [
      'describes another provider',
      () => ({ body: '{"issuer":"https://evil.test","end_session_endpoint":"https://evil.test/"}' }),
    ],
    ['leads elsewhere', () => ({ status: 302, location: 'https://evil.test/' })],
    [
      'fails',
      (issuer) => ({ status: 500, body: JSON.stringify({ issuer, end_session_endpoint: 'https://login.test/' }) }),
    ],
    ['answers no JSON', () => ({ body: '<html>' })],
    ['is silent', () => 'nothing'],
  ])('is nowhere where the provider %s', async (_what, says) => {
    expect(await (await provider(says)).url()).toBeNull()
  })

  it('is asked for once in ten minutes, however many ask, and again half a minute after no answer', async () => {
    const known = await provider(describing({ end_session_endpoint: 'https://login.test/end' }))
    await Promise.all(Array.from({ length: 20 }, () => known.url()))
    await known.url(later(599))
    expect(known.asked).toHaveLength(1)
    await known.url(later(600))
    expect(known.asked).toHaveLength(2)

    let isUp = false
    const failing = await provider((issuer) =>
      isUp ? { body: JSON.stringify({ issuer, end_session_endpoint: 'https://login.test/end' }) } : { status: 503 },
    )
    expect(await failing.url()).toBeNull()
    isUp = true
    expect(await failing.url(later(29))).toBeNull()
    expect(await failing.url(later(30))).toContain('https://login.test/end')
  })
})
