import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify, isHealthyCanary } from './classify'
import type { TokenAnswer } from './ports'
import { negatives } from './testing/answers'

const answer = (status: number, body: unknown): TokenAnswer => ({
  kind: 'answer',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const kindOf = (status: number, body: unknown) => classify(answer(status, body)).kind
const good = { access_token: 'a', expires_in: 300, refresh_token: 'r', refresh_token_expires_in: 7_776_000 }

const tokensOf = (body: Record<string, unknown>) => {
  const verdict = classify(answer(200, body))
  if (verdict.kind !== 'rotated' && verdict.kind !== 'refresh_token_missing') throw new Error(verdict.kind)
  return verdict.tokens
}

describe('a good answer', () => {
  it('rotates', () => {
    expect(classify(answer(200, { ...good, scope: 'r:account', account_id: 'acct_1' }))).toEqual({
      kind: 'rotated',
      tokens: {
        accessToken: 'a',
        accessTokenLifeSeconds: 300,
        refreshToken: 'r',
        refreshTokenLifeSeconds: 7_776_000,
        scope: 'r:account',
        accountId: 'acct_1',
      },
    })
  })

  it.each([200, 201, 299])('rotates with status %i', (status) => expect(kindOf(status, good)).toBe('rotated'))
  it('rotates behind a byte order mark', () => expect(kindOf(200, `\uFEFF${JSON.stringify(good)}`)).toBe('rotated'))
  it('rotates whatever else the answer says', () => {
    expect(
      kindOf(200, { refresh_token: 'r', error: 'invalid_grant', access_token: 7, expires_in: {}, token_type: null }),
    ).toBe('rotated')
  })
})

describe('lives', () => {
  it.each([
    [300, 300],
    [299.9, 299],
    [1, 1],
    [0, 0],
    [-5, 0],
    [301, 300],
    [1e300, 300],
    ['120', 120],
    ['-1', 0],
    ['5m', 0],
    ['', 0],
    [null, 0],
    [undefined, 0],
    [true, 0],
    [[], 0],
    [{}, 0],
  ])('reads expires_in %j as %i s', (expiresIn, life) => {
    expect(tokensOf({ ...good, expires_in: expiresIn }).accessTokenLifeSeconds).toBe(life)
  })

  it('clamps an infinite expires_in', () => {
    const verdict = classify(answer(200, '{"access_token":"a","refresh_token":"r","expires_in":1e999}'))
    expect(verdict).toMatchObject({ tokens: { accessTokenLifeSeconds: 300 } })
  })

  it.each([undefined, null, '', ' ', 7, {}, [], 'a b', 'a\nb', 'ä'])(
    'gives no life to the access token %j',
    (accessToken) => {
      expect(tokensOf({ ...good, access_token: accessToken })).toMatchObject({
        accessToken: null,
        accessTokenLifeSeconds: 0,
      })
    },
  )

  it.each([
    [undefined, 60],
    ['soon', 60],
    [null, 60],
    [{}, 60],
    [0, 1],
    [-1, 1],
    [86_399, 1],
    [7_776_000, 90],
    ['7776000', 90],
    [1e12, 365],
  ])('reads refresh_token_expires_in %j as %i days', (expiresIn, days) => {
    expect(tokensOf({ ...good, refresh_token_expires_in: expiresIn }).refreshTokenLifeSeconds).toBe(days * 86_400)
  })
})

describe('any other answer', () => {
  it('has at least sixty kinds here', () => expect(negatives.length).toBeGreaterThanOrEqual(60))
  it.each(negatives)('is %s: %s %j', (kind, status, body) => expect(kindOf(status, body)).toBe(kind))

  it('is ambiguous when it never came, and nothing when it was never asked for', () => {
    expect(classify({ kind: 'no_answer', detail: 'reset' })).toEqual({ kind: 'ambiguous', detail: 'reset' })
    expect(classify({ kind: 'not_sent' })).toEqual({ kind: 'not_sent' })
  })
})

describe('whatever arrives', () => {
  const kinds = [
    'rotated',
    'refresh_token_missing',
    'invalid_grant',
    'rate_limited',
    'client_refused',
    'request_refused',
    'ambiguous',
  ]
  const code = fc.constantFrom('invalid_grant', 'invalid_client', 'invalid_scope', 'field_required')
  const field = fc.oneof(fc.jsonValue(), code, fc.double(), fc.string())
  const shaped = fc.record(
    {
      access_token: field,
      refresh_token: field,
      expires_in: field,
      refresh_token_expires_in: field,
      error: field,
      code: field,
    },
    { requiredKeys: [] },
  )
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    shaped.map((value) => JSON.stringify(value)),
  )

  it('is one of the named verdicts, with lives inside their bounds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.integer({ min: 100, max: 599 })), body, (status, text) => {
        const verdict = classify(answer(status, text))
        expect(kinds).toContain(verdict.kind)
        if (verdict.kind !== 'rotated' && verdict.kind !== 'refresh_token_missing') return
        const { accessToken, accessTokenLifeSeconds, refreshTokenLifeSeconds } = verdict.tokens
        expect(accessTokenLifeSeconds).toBeGreaterThanOrEqual(0)
        expect(accessTokenLifeSeconds).toBeLessThanOrEqual(accessToken === null ? 0 : 300)
        expect(refreshTokenLifeSeconds).toBeGreaterThanOrEqual(86_400)
        expect(refreshTokenLifeSeconds).toBeLessThanOrEqual(365 * 86_400)
        if (verdict.kind === 'rotated') expect(verdict.tokens.refreshToken.trim()).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })

  it('never calls an answer below 400, or from 500 on, anything that changes a connection', () => {
    const harmful = ['invalid_grant', 'client_refused', 'request_refused', 'rate_limited']
    const status = fc.integer().filter((value) => value < 400 || value >= 500)
    fc.assert(
      fc.property(status, body, (value, text) => {
        expect(harmful).not.toContain(kindOf(value, text))
      }),
    )
  })
})

describe('the canary', () => {
  it.each([
    [400, { error: 'invalid_request' }, true],
    [400, { error: 'invalid_grant' }, true],
    [400, { code: 'field_required' }, true],
    [401, { error: 'invalid_grant' }, true],
    [401, { error: 'invalid_client' }, false],
    [400, { code: 'invalid_client' }, false],
    [401, { code: 'credentials_invalid' }, false],
    [403, { code: 'forbidden' }, false],
    [429, { error: 'invalid_request' }, false],
    [400, '<html></html>', false],
    [400, {}, false],
    [500, { error: 'invalid_request' }, false],
    [200, good, false],
  ])('%s %j: healthy is %s', (status, body, healthy) => expect(isHealthyCanary(answer(status, body))).toBe(healthy))

  it('is unhealthy without an answer', () => {
    expect(isHealthyCanary({ kind: 'no_answer', detail: 'reset' })).toBe(false)
    expect(isHealthyCanary({ kind: 'not_sent' })).toBe(false)
  })
})
