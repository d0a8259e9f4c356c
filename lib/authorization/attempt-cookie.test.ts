import { describe, expect, it } from 'vitest'
import { attemptCookie, attemptCookieName, createAttemptSecret, digestAttempt, isSameBrowser } from './attempt-cookie'

const id = '0199c1d0-0000-7000-8000-000000000001'
const jar = (cookies: Record<string, string>) => ({
  get: (name: string) => (Object.hasOwn(cookies, name) ? { value: String(cookies[name]) } : undefined),
})

describe('the cookie of an attempt', () => {
  it('is host-bound and secure on https', () => {
    const cookie = attemptCookie('https://partner.test', id, createAttemptSecret())
    expect(cookie.name).toBe(`__Host-pd.oauth.${id}`)
    expect(cookie.attributes).toEqual({ httpOnly: true, secure: true, sameSite: 'lax', path: '/', maxAge: 600 })
    expect(cookie.value).toMatch(/^[\w-]{43}$/)
  })

  it('works on a loopback without https', () => {
    const { name, attributes } = attemptCookie('http://localhost:3000', id, createAttemptSecret())
    expect(name).toBe(`pd.3000.oauth.${id}`)
    expect(attributes.secure).toBe(false)
  })

  it('is known by its digest alone', () => {
    const secret = createAttemptSecret().reveal()
    const name = attemptCookieName('http://localhost:3000', id)
    const digest = digestAttempt(secret)
    expect(isSameBrowser(jar({ [name]: secret }), name, digest)).toBe(true)
    for (const value of ['', digest, `${secret} `, secret.slice(1), createAttemptSecret().reveal()]) {
      expect(isSameBrowser(jar({ [name]: value }), name, digest)).toBe(false)
    }
    expect(isSameBrowser(jar({ other: secret }), name, digest)).toBe(false)
    expect(isSameBrowser(jar({}), name, '')).toBe(false)
  })
})
