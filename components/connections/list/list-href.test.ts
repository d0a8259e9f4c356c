import { describe, expect, it } from 'vitest'
import { parseListRequest } from '@/lib/connections/list-request'
import { listHref } from './list-href'

describe('the address of a list', () => {
  it('says only what differs from the default', () => {
    expect(listHref({ filter: 'all', search: '', after: null })).toBe('/connections')
  })

  it('reads back what it says', () => {
    const request = {
      filter: 'attention',
      search: '100% & more',
      after: '018f4d2e-0000-7000-8000-000000000001',
    } as const
    const { searchParams } = new URL(listHref(request), 'http://localhost')
    expect(parseListRequest(Object.fromEntries(searchParams))).toEqual(request)
  })

  it('leaves out what it does not understand', () => {
    const odd = { show: 'everything', q: ['a', 'b'], after: "x' OR 1=1" }
    expect(parseListRequest(odd)).toEqual({ filter: 'all', search: '', after: null })
    expect(parseListRequest({ q: `\u0000${'a'.repeat(200)}` }).search).toBe('a'.repeat(100))
  })
})
