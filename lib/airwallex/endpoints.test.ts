import { describe, expect, it } from 'vitest'
import { airwallexIntegrationsPage, type EndpointSettings, resolveEndpoints } from './endpoints'

function resolved(settings: EndpointSettings) {
  const resolution = resolveEndpoints(settings)
  if (resolution.kind !== 'resolved') throw new Error(resolution.problems.join())
  return resolution.endpoints
}

function problems(settings: EndpointSettings) {
  const resolution = resolveEndpoints(settings)
  return resolution.kind === 'refused' ? resolution.problems : []
}

/** Ways to point a server's requests somewhere else; none may pass for an override of Airwallex's hosts. */
const FOREIGN = [
  'http://169.254.169.254',
  'http://169.254.169.254/latest/meta-data',
  'https://169.254.169.254',
  'https://api.airwallex.com.evil',
  'https://api.airwallex.com.evil.example',
  'https://evilairwallex.com',
  'https://airwallex.com.',
  'https://api.airwallex.com.',
  'https://airwallex.co',
  'https://airwallex.com@evil.example',
  'https://user@api.airwallex.com',
  'https://user:password@api.airwallex.com',
  'https://@api.airwallex.com',
  'https://api.airwallex.com:8443',
  'https://api.airwallex.com:443',
  'https://api.airwallex.com:80',
  'https://evil.example/api.airwallex.com',
  'https://evil.example#.airwallex.com',
  'https://evil.example?.airwallex.com',
  'https://evil.example\\.airwallex.com',
  'https:\\\\api.airwallex.com',
  'https://api.airwallex.com\\@evil.example',
  'https://api。airwallex。com',
  'https://аpi.airwallex.com@evil.example',
  'https://airwаllex.com',
  'https://API.AIRWALLEX.COM',
  'https://api.airwallex.com\t',
  ' https://api.airwallex.com',
  'https://api.air\twallex.com',
  'https://api.airwallex.com\r\nhost: evil.example',
  'https:api.airwallex.com',
  'https:///api.airwallex.com',
  '//api.airwallex.com',
  'api.airwallex.com',
  'http://api.airwallex.com',
  'ws://api.airwallex.com',
  'ftp://api.airwallex.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/plain,x',
  'gopher://api.airwallex.com',
  'https://[::1]',
  'https://[::ffff:169.254.169.254]',
  'https://[fd00:ec2::254]',
  'https://127.0.0.1',
  'https://2130706433',
  'https://0x7f000001',
  'https://0177.0.0.1',
  'https://localhost',
  'https://metadata.google.internal',
  'https://api.airwallex.com/?next=https://evil.example',
  'https://api.airwallex.com/#fragment',
  'https://%61pi.airwallex.com',
  'https://api.airwallex.com%2eevil.example',
  '',
  'https://',
]

const NOT_LOOPBACK = [
  ...FOREIGN.filter((value) => !['https://[::1]', 'https://127.0.0.1', 'https://localhost'].includes(value)),
  'http://0.0.0.0:4010',
  'http://[::]:4010',
  'http://10.0.0.1:4010',
  'http://192.168.1.10:4010',
  'http://localhost.evil.example:4010',
  'http://localhost.:4010',
  'http://127.0.0.1.nip.io:4010',
  'http://127.0.0.1@evil.example:4010',
  'http://127.1:4010',
  'http://[::ffff:127.0.0.1]:4010',
  'https://api.airwallex.com',
]

describe('resolveEndpoints', () => {
  it("pins Airwallex's hosts in production and demo", () => {
    expect(resolved({ environment: 'production' })).toEqual({
      authorizationEndpoint: 'https://airwallex.com/oauth/authorize',
      apiOrigin: 'https://api.airwallex.com',
      tokenEndpoint: 'https://api.airwallex.com/oauth/token',
    })
    expect(resolved({ environment: 'demo' })).toEqual({
      authorizationEndpoint: 'https://demo.airwallex.com/oauth/authorize',
      apiOrigin: 'https://api-demo.airwallex.com',
      tokenEndpoint: 'https://api-demo.airwallex.com/oauth/token',
    })
  })

  it('takes the newer sandbox hosts by override', () => {
    expect(
      resolved({
        environment: 'demo',
        authorizationEndpoint: 'https://www.sandbox.airwallex.com/oauth/authorize',
        apiOrigin: 'https://api.sandbox.airwallex.com',
        revocationEndpoint: 'https://api.sandbox.airwallex.com/oauth/revoke',
      }),
    ).toEqual({
      authorizationEndpoint: 'https://www.sandbox.airwallex.com/oauth/authorize',
      apiOrigin: 'https://api.sandbox.airwallex.com',
      tokenEndpoint: 'https://api.sandbox.airwallex.com/oauth/token',
      revocationEndpoint: 'https://api.sandbox.airwallex.com/oauth/revoke',
    })
  })

  it.each(FOREIGN)('refuses to send anything to %j', (value) => {
    for (const environment of ['production', 'demo'] as const) {
      for (const name of ['authorizationEndpoint', 'apiOrigin', 'revocationEndpoint'] as const) {
        expect(problems({ environment, [name]: value }), `${environment} ${name}`).toHaveLength(1)
      }
    }
  })

  it.each(NOT_LOOPBACK)('does not take %j for a local Airwallex', (value) => {
    expect(problems({ environment: 'local', localOrigin: value })).toHaveLength(1)
    expect(problems({ environment: 'local', localOrigin: 'http://127.0.0.1:4010', apiOrigin: value })).toHaveLength(1)
  })

  it.each([
    'http://127.0.0.1:4010',
    'http://127.8.9.1:4010',
    'http://localhost:4010',
    'http://[::1]:4010',
    'https://localhost',
  ])('takes %s for a local Airwallex', (localOrigin) => {
    expect(resolved({ environment: 'local', localOrigin })).toEqual({
      authorizationEndpoint: `${localOrigin}/oauth/authorize`,
      apiOrigin: localOrigin,
      tokenEndpoint: `${localOrigin}/oauth/token`,
    })
  })

  it('needs a local origin in local, and none elsewhere', () => {
    expect(problems({ environment: 'local' })).toEqual(['AIRWALLEX_LOCAL_ORIGIN is missing'])
    for (const environment of ['production', 'demo'] as const) {
      expect(problems({ environment, localOrigin: 'http://127.0.0.1:4010' })).toHaveLength(1)
    }
  })

  it('does not mix two environments', () => {
    expect(problems({ environment: 'production', apiOrigin: 'https://api-demo.airwallex.com' })).toHaveLength(1)
    expect(problems({ environment: 'production', apiOrigin: 'https://api.sandbox.airwallex.com' })).toHaveLength(1)
    expect(problems({ environment: 'demo', apiOrigin: 'https://api.airwallex.com' })).toHaveLength(1)
    expect(
      problems({ environment: 'demo', authorizationEndpoint: 'https://airwallex.com/oauth/authorize' }),
    ).toHaveLength(1)
  })

  it('wants an origin where an origin is meant', () => {
    expect(problems({ environment: 'production', apiOrigin: 'https://api.airwallex.com/oauth' })).toHaveLength(1)
    expect(problems({ environment: 'local', localOrigin: 'http://127.0.0.1:4010/x' })).toHaveLength(1)
  })

  it('names every variable that is wrong, and no value', () => {
    const found = problems({
      environment: 'demo',
      apiOrigin: 'https://sentinel.example',
      revocationEndpoint: 'sentinel',
    })
    expect(found).toHaveLength(2)
    expect(found.join()).toMatch(/AIRWALLEX_API_ORIGIN.*AIRWALLEX_REVOCATION_ENDPOINT/)
    expect(found.join()).not.toContain('sentinel')
  })
})

describe('airwallexIntegrationsPage', () => {
  it('is in the web app of the same environment', () => {
    const page = (settings: EndpointSettings) => airwallexIntegrationsPage({ ...settings, ...resolved(settings) })
    expect(page({ environment: 'production' })).toBe('https://www.airwallex.com/app/integrations/home')
    expect(page({ environment: 'demo' })).toBe('https://demo.airwallex.com/app/integrations/home')
    expect(page({ environment: 'local', localOrigin: 'http://127.0.0.1:4010' })).toBe(
      'http://127.0.0.1:4010/app/integrations/home',
    )
  })
})
