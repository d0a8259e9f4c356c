import { describe, expect, it } from 'vitest'
import { safePath } from './safe-path'

const ORIGIN = 'https://dashboard.company.test'
const HOST = 'evil.test'

const leads = [
  '//',
  '///',
  '////',
  '/\\',
  '\\\\',
  '\\/',
  '/\\/',
  '/\\\\',
  '\\',
  '/\t/',
  '/\n/',
  '/\r\n/',
  '\t//',
  '\n//',
  ' //',
  '\u0000//',
  '/ /',
  '/%09/',
  '/%0d%0a/',
  '/%2f',
  '/%2f%2f',
  '/%5c',
  '/%5C%5C',
  '%2f%2f',
  '/.//',
  '/..//',
  '/./\\',
  '/x/..//',
  '/x/../../\\',
  '/%2e//',
  '/%2e%2e//',
  '/;//',
  '/\u2215\u2215',
  '/\uff0f\uff0f',
  '//\u3002',
  '\u00a0//',
  '\ufeff//',
  '/\u2028//',
  'http://',
  'https://',
  'HTTPS://',
  'hTTp:\\\\',
  'http:/',
  'http:',
  'https:///',
  'https:\t//',
  'ftp://',
  'ws://',
  'file://',
  'blob:https://',
]
const hosts = [HOST, `${HOST}/connections`, `user@${HOST}`, `dashboard.company.test@${HOST}`]
const scripts = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '\tjavascript:alert(1)',
  ' javascript:alert(1)',
  'javascript://%0aalert(1)',
  '/javascript\u003aalert(1)\n',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'about:blank',
  'view-source:https://evil.test',
]
const headerSplits = [
  '/connections\r\nLocation: https://evil.test',
  '/connections\nSet-Cookie: pd.session=x',
  '/connections%0d%0aLocation:%20https://evil.test',
  '/connections\u560d\u560aLocation: https://evil.test',
  '/\r\n//evil.test',
  '/connections\u0000',
  '/connections%00',
]
const notPages = [
  '/api/auth/callback/oidc?code=x',
  '/API/livez',
  '/sign-in?next=/sign-in',
  '/sign-out',
  '/audit/export?format=csv',
  '/_next/static/x.js',
  '/x/../api/livez',
  '/api',
]
const notPaths = [
  '',
  'connections',
  './connections',
  '?next=/connections',
  '#x',
  '.',
  '..',
  '@evil.test',
  ':80',
  `/${'a'.repeat(2_000)}`,
]
const corpus = [
  ...leads.flatMap((lead) => hosts.map((host) => `${lead}${host}`)),
  ...scripts,
  ...headerSplits,
  ...notPages,
  ...notPaths,
]

describe('safe path', () => {
  it('knows at least 200 ways to lead elsewhere', () => {
    expect(new Set(corpus).size).toBeGreaterThanOrEqual(200)
  })

  it.each(corpus.map((payload) => [JSON.stringify(payload), payload]))(
    'never leaves the origin by %s',
    (_shown, payload) => {
      const path = safePath(payload)
      // A path that survives, such as one with a harmless `;`, must stay a page here, behind an origin and alone.
      if (path !== null) {
        expect(new URL(path, ORIGIN).origin).toBe(ORIGIN)
        expect(new URL(`${ORIGIN}${path}`).origin).toBe(ORIGIN)
        expect(path).not.toMatch(/[\s\\]|^\/[/\\]/)
        expect(path).toMatch(/^\/;\/\//)
      }
    },
  )

  it.each([undefined, null, 7, ['/connections'], { toString: () => '/connections' }])(
    'refuses %s, which is no text',
    (value) => {
      expect(safePath(value)).toBeNull()
    },
  )

  it.each([
    ['/connections', '/connections'],
    ['/', '/'],
    ['/connections?status=active&sort=-name', '/connections?status=active&sort=-name'],
    ['/connect/result/0190f7b2', '/connect/result/0190f7b2'],
    ['/connections?return=https%3A%2F%2Fevil.test', '/connections?return=https%3A%2F%2Fevil.test'],
    ['/connections/../activity', '/activity'],
    ['/connections#balances', '/connections'],
    ['/apis', '/apis'],
  ])('keeps the page %s', (value, path) => {
    expect(safePath(value)).toBe(path)
  })
})
