import { describe, expect, it } from 'vitest'
import { isFromOwnOrigin } from './own-origin'

const APP = 'https://dashboard.company.test'
const judge = (headers: Record<string, string>) => isFromOwnOrigin(new Headers(headers), APP)

describe('own origin', () => {
  it('accepts a request from a page of this application, with and without fetch metadata', () => {
    expect(judge({ origin: APP, 'sec-fetch-site': 'same-origin' })).toBe(true)
    expect(judge({ origin: APP })).toBe(true)
  })

  it.each([
    ['no origin', {}],
    ['no origin, but the right fetch metadata', { 'sec-fetch-site': 'same-origin' }],
    ['an opaque origin', { origin: 'null' }],
    ['another origin', { origin: 'https://evil.test' }],
    ['another scheme', { origin: 'http://dashboard.company.test' }],
    ['another port', { origin: `${APP}:8443` }],
    ['a longer name', { origin: `${APP}.evil.test` }],
    ['a malformed origin', { origin: 'not an origin' }],
    ['two origins', { origin: `${APP}, https://evil.test` }],
    ['another site', { origin: APP, 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { origin: APP, 'sec-fetch-site': 'same-site' }],
    ['no page at all', { origin: APP, 'sec-fetch-site': 'none' }],
  ])('refuses %s', (_case, headers) => {
    expect(judge(headers as Record<string, string>)).toBe(false)
  })
})
