import { describe, expect, it } from 'vitest'
import { configFromEnvironment, SandboxConfigError } from './config'

describe('the configuration', () => {
  it('has a default for everything, all secrets carrying the marker', () => {
    const config = configFromEnvironment({})
    expect(config).toMatchObject({
      port: 4010,
      oidcPort: 4011,
      smtpPort: 4012,
      redirectUris: ['http://localhost:3000/api/airwallex/callback'],
      webhookUrl: 'http://localhost:3000/api/airwallex/webhook',
      options: { dialect: 'tree', graceSeconds: 60, accessTokenSeconds: 300, refreshTokenDays: 60 },
    })
    for (const secret of [config.clientSecret, config.oidcClientSecret, config.webhookSecret]) {
      expect(secret).toContain('sbxtok')
    }
  })

  it('reads what is set', () => {
    const config = configFromEnvironment({
      SANDBOX_PORT: '0',
      SANDBOX_APP_ORIGIN: 'http://localhost:4242/',
      SANDBOX_REDIRECT_URIS: 'http://localhost:1/a, http://localhost:2/b',
      SANDBOX_DIALECT: 'linear',
      SANDBOX_CONCURRENT_429: 'off',
      SANDBOX_TOKEN_MARKER: 'needle',
      SANDBOX_GRACE_SECONDS: '',
    })
    expect(config.redirectUris).toEqual([
      'http://localhost:4242/api/airwallex/callback',
      'http://localhost:1/a',
      'http://localhost:2/b',
    ])
    expect(config.options).toMatchObject({ dialect: 'linear', concurrent429: false, graceSeconds: 60 })
    expect(config.clientSecret).toContain('needle')
  })

  it('names the variable that is wrong, and not its value', () => {
    const attempt = () => configFromEnvironment({ SANDBOX_DIALECT: 'secret-value', SANDBOX_SCOPES: 'nope:read' })
    expect(attempt).toThrow(SandboxConfigError)
    expect(attempt).toThrow(/SANDBOX_DIALECT/)
    expect(attempt).toThrow(/SANDBOX_SCOPES/)
    expect(attempt).not.toThrow(/secret-value/)
  })
})
