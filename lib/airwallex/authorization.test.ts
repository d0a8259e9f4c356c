import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '@/lib/vault/secret'
import {
  buildAuthorizationUrl,
  createCodeVerifier,
  createS256CodeChallenge,
  createState,
  digestState,
  readState,
  takeCallbackParameters,
  verifyAuthorizationResponse,
} from './authorization'
import { resolveEndpoints } from './endpoints'
import { configFor } from './testing/config'

const resolution = resolveEndpoints({ environment: 'production' })
if (resolution.kind !== 'resolved') throw new Error('production does not resolve')
const config = configFor('https://api.airwallex.com', { environment: 'production', ...resolution.endpoints })

const state = createState()
const expected = {
  stateDigest: digestState(state),
  codeVerifier: createCodeVerifier(),
  redirectUri: config.redirectUri,
}
const good = { code: 'the-code', state: state.reveal() }
const verify = (parameters: Record<string, string> | [string, string][] | string) =>
  verifyAuthorizationResponse(config, new URLSearchParams(parameters), expected)

describe('buildAuthorizationUrl', () => {
  const request = {
    config,
    state,
    codeChallenge: 'challenge',
    scopes: ['account_details:read', 'r:awx_action:balances_view'],
  }

  it('asks for a code with PKCE, the exact redirect URI, all scopes and the state', () => {
    const url = buildAuthorizationUrl(request)
    expect(url.origin + url.pathname).toBe('https://airwallex.com/oauth/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'appid_partner',
      redirect_uri: 'https://partner.test/api/airwallex/callback',
      scope: 'account_details:read r:awx_action:balances_view',
      state: state.reveal(),
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
    })
    expect(url.search).toContain('account_details%3Aread+r%3Aawx_action')
  })

  it('adds sign_up for someone without an Airwallex account', () => {
    expect(buildAuthorizationUrl({ ...request, signUp: true }).searchParams.get('sign_up')).toBe('true')
  })
})

describe('state and code verifier', () => {
  it('are 32 random bytes each, different every time, and hide themselves', () => {
    const values = Array.from({ length: 100 }, () => [createState(), createCodeVerifier()]).flat()
    expect(new Set(values.map((value) => value.reveal())).size).toBe(200)
    for (const value of values) expect(value.reveal()).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(inspect(values)).not.toContain(values[0]?.reveal())
  })

  it('gives the challenge of RFC 7636, appendix B', async () => {
    const verifier = new Secret('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')
    expect(await createS256CodeChallenge(verifier)).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  })
})

describe('verifyAuthorizationResponse', () => {
  it('accepts the answer to our request', () => {
    const outcome = verify(good)
    if (outcome.kind !== 'verified') throw new Error(outcome.kind)
    expect(outcome.response.code.reveal()).toBe('the-code')
    expect(outcome.response.codeVerifier).toBe(expected.codeVerifier)
    expect(inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('the-code')
  })

  it('ignores parameters that it does not know', () => {
    expect(verify({ ...good, account: 'x', locale: 'en' }).kind).toBe('verified')
  })

  it('lets a code be taken once', () => {
    const outcome = verify(good)
    if (outcome.kind !== 'verified') throw new Error(outcome.kind)
    expect(takeCallbackParameters(outcome.response).get('code')).toBe('the-code')
    expect(() => takeCallbackParameters(outcome.response)).toThrow(TypeError)
    expect(() => takeCallbackParameters({ ...outcome.response })).toThrow(TypeError)
  })

  it.each(['https://airwallex.com', 'https://api.airwallex.com'])('accepts %s as issuer', (iss) => {
    expect(verify({ ...good, iss }).kind).toBe('verified')
  })

  it('tells a refusal by the person from an error', () => {
    expect(verify({ error: 'access_denied', state: good.state })).toEqual({ kind: 'denied_by_user' })
    expect(verify({ error: 'invalid_scope', error_description: 'x', state: good.state })).toEqual({
      kind: 'authorization_error',
      error: 'invalid_scope',
    })
    expect(verify({ error: '<script>', state: good.state })).toEqual({
      kind: 'authorization_error',
      error: 'unrecognized',
    })
  })

  const malformed: [string, Record<string, string> | [string, string][] | string, string][] = [
    ['nothing', '', 'state'],
    ['no state', { code: 'c' }, 'state'],
    ['an empty state', { code: 'c', state: '' }, 'state'],
    ['another state', { code: 'c', state: createState().reveal() }, 'state'],
    ['a state with something added', { code: 'c', state: `${good.state}A` }, 'state'],
    ['a refusal without our state', { error: 'access_denied' }, 'state'],
    ['a refusal with another state', { error: 'access_denied', state: createState().reveal() }, 'state'],
    ['no code', { state: good.state }, 'code'],
    ['an empty code', { code: '', state: good.state }, 'code'],
    ['a code with control characters', { code: 'c\r\nx', state: good.state }, 'code'],
    [
      'two codes',
      [
        ['code', 'a'],
        ['code', 'b'],
        ['state', good.state],
      ],
      'duplicate_parameter',
    ],
    [
      'one code twice',
      [
        ['code', 'a'],
        ['code', 'a'],
        ['state', good.state],
      ],
      'duplicate_parameter',
    ],
    [
      'two states',
      [
        ['code', 'a'],
        ['state', good.state],
        ['state', good.state],
      ],
      'duplicate_parameter',
    ],
    [
      'two errors',
      [
        ['error', 'a'],
        ['error', 'b'],
        ['state', good.state],
      ],
      'duplicate_parameter',
    ],
    ['two issuers', [...Object.entries(good), ['iss', 'https://airwallex.com'], ['iss', 'x']], 'duplicate_parameter'],
    ['a foreign issuer', { ...good, iss: 'https://evil.example' }, 'issuer'],
    ["another environment's issuer", { ...good, iss: 'https://demo.airwallex.com' }, 'issuer'],
    ['an issuer with a slash', { ...good, iss: 'https://airwallex.com/' }, 'issuer'],
    ['an empty issuer', { ...good, iss: '' }, 'issuer'],
    [
      'a refusal from a foreign issuer',
      { error: 'access_denied', state: good.state, iss: 'https://evil.example' },
      'issuer',
    ],
    ['a very long code', { code: 'c'.repeat(2_049), state: good.state }, 'too_long'],
    [
      'very many parameters',
      Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, ''])),
      'too_long',
    ],
    ['an id_token', { ...good, id_token: 'x' }, 'unsupported'],
    ['an access token', { ...good, access_token: 'x' }, 'unsupported'],
    ['a signed response', { ...good, response: 'x' }, 'unsupported'],
  ]
  it.each(malformed)('refuses %s', (_what, parameters, problem) => {
    expect(verify(parameters)).toEqual({ kind: 'malformed', problem })
  })
})

describe('readState', () => {
  it('finds the one state that we could have sent', () => {
    expect(readState(new URLSearchParams(good))?.reveal()).toBe(state.reveal())
  })

  it.each([
    '',
    'state=',
    'state=short',
    `state=${good.state}&state=${good.state}`,
    `state=${good.state}%00`,
    'state[]=x',
  ])('finds none in %j', (query) => {
    expect(readState(new URLSearchParams(query))).toBeNull()
  })
})
