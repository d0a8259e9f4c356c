import { describe, expect, it } from 'vitest'
import { ownCookieName } from './own-cookie-name'

describe('the name of a cookie', () => {
  it.each([
    ['https://dashboard.company.test', '__Host-pd.session'],
    ['https://dashboard.company.test:8443', '__Host-pd.session'],
    ['http://localhost', 'pd.session'],
    ['http://localhost:3000', 'pd.3000.session'],
    ['http://127.0.0.1:4100', 'pd.4100.session'],
    ['http://[::1]:4100', 'pd.4100.session'],
    ['https://localhost:8443', '__Host-pd.8443.session'],
  ])('at %s is %s', (origin, name) => {
    expect(ownCookieName(origin, 'session')).toBe(name)
  })
})
