import { describe, expect, it } from 'vitest'
import nextConfig from '@/next.config.mjs'
import { documentPolicy } from './content-security-policy'
import { isPlainHttp } from './transport'

const settings = {
  nonce: 'TkVWRVIgVFdJQ0U=',
  authorizationEndpoint: 'https://demo.airwallex.com/oauth/authorize',
  appOrigin: 'https://dashboard.company.test',
  isDevelopment: false,
}
const directives = (policy: string): Record<string, string[]> =>
  Object.fromEntries(policy.split('; ').map((directive) => [directive.split(' ', 1)[0], directive.split(' ').slice(1)]))

describe('policy of a document', () => {
  it('is the strict one, for this nonce and this environment', () => {
    expect(directives(documentPolicy(settings))).toEqual({
      'default-src': ["'none'"],
      'script-src': [`'nonce-${settings.nonce}'`, "'strict-dynamic'"],
      'style-src-elem': ["'self'", `'nonce-${settings.nonce}'`],
      'style-src-attr': ["'unsafe-inline'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'manifest-src': ["'self'"],
      'worker-src': ["'self'"],
      'frame-src': ["'none'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'", 'https://demo.airwallex.com'],
      'frame-ancestors': ["'none'"],
      'upgrade-insecure-requests': [],
      'report-to': ['csp'],
    })
  })

  it('upgrades nothing when the application itself is on http', () => {
    expect(documentPolicy({ ...settings, appOrigin: 'http://localhost:3000' })).not.toContain(
      'upgrade-insecure-requests',
    )
  })

  it('is loosened for the development build, for strings and style sheets, and nowhere else', () => {
    const loose = directives(documentPolicy({ ...settings, isDevelopment: true }))
    const changed = Object.entries(directives(documentPolicy(settings))).filter(
      ([name, strict]) => loose[name]?.join() !== strict.join(),
    )
    expect(changed.map(([name]) => name)).toEqual(['script-src', 'style-src-elem'])
    expect(loose['script-src']).toEqual([`'nonce-${settings.nonce}'`, "'strict-dynamic'", "'unsafe-eval'"])
  })

  it('fits on one line', () => {
    expect(documentPolicy(settings)).not.toMatch(/[\r\n]/)
  })
})

describe('headers of every answer', () => {
  it('names those that do not depend on the environment', async () => {
    const [everywhere] = (await nextConfig.headers?.()) ?? []
    expect(everywhere?.source).toBe('/:path*')
    expect(Object.fromEntries(everywhere?.headers.map(({ key, value }) => [key, value]) ?? [])).toEqual({
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Origin-Agent-Cluster': '?1',
      'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
      'Reporting-Endpoints': 'csp="/api/csp-report"',
    })
  })

  it('tells no one what runs here, ships no sources and fetches no images', () => {
    expect(nextConfig).toMatchObject({
      poweredByHeader: false,
      productionBrowserSourceMaps: false,
      images: { unoptimized: true, remotePatterns: [] },
      experimental: { serverActions: { bodySizeLimit: '64kb' }, proxyClientMaxBodySize: '1mb', taint: true },
    })
    expect(nextConfig).not.toHaveProperty('rewrites')
    expect(nextConfig).not.toHaveProperty('redirects')
  })
})

describe('transport', () => {
  const plain = (proto: string | null, appOrigin = settings.appOrigin) =>
    isPlainHttp(new Headers(proto === null ? {} : { 'x-forwarded-proto': proto }), appOrigin)

  it.each([[null], ['http'], ['https, http'], ['HTTPS'], [''], ['https,']])(
    'takes %j for plain http when the application is on https',
    (proto) => {
      expect(plain(proto)).toBe(true)
    },
  )

  it.each(['https', 'http, https', 'http,https '])('takes %j for https', (proto) => {
    expect(plain(proto)).toBe(false)
  })

  it('has nothing to protect when the application is on http', () => {
    expect(plain('http', 'http://localhost:3000')).toBe(false)
  })
})
