import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { EnvironmentError, parseEnv } from './env'

const secret = () => randomBytes(32).toString('base64url')
const good: Record<string, string> = {
  AIRWALLEX_ENVIRONMENT: 'demo',
  AIRWALLEX_CLIENT_ID: 'appid_0123456789',
  AIRWALLEX_CLIENT_SECRET: secret(),
  AIRWALLEX_SCOPES: 'account_details:read, balance:read',
  APP_ORIGIN: 'https://dashboard.company.test',
  DATABASE_URL: 'postgresql://app:c0rrect-horse@db.company.test:5432/dashboard',
  TOKEN_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  AUDIT_KEY: randomBytes(32).toString('base64'),
  NEXTAUTH_SECRET: secret(),
  OIDC_ISSUER: 'https://login.company.test/realms/staff',
  OIDC_CLIENT_ID: 'partner-dashboard',
  OIDC_CLIENT_SECRET: secret(),
  SIGN_IN_EMAIL_DOMAINS: 'company.test',
  TRUSTED_PROXIES: '1',
}
const local = { ...good, AIRWALLEX_ENVIRONMENT: 'local', AIRWALLEX_LOCAL_ORIGIN: 'http://127.0.0.1:4010' }

function refusal(source: Record<string, string | undefined>): EnvironmentError {
  try {
    parseEnv(source)
  } catch (error) {
    if (error instanceof EnvironmentError) return error
    throw error
  }
  throw new Error('the environment was accepted')
}

/** With the keys' bytes, which are not told otherwise. */
const shown = ({ tokenKeys, auditKey, ...rest }: ReturnType<typeof parseEnv>) => ({
  ...rest,
  keys: [...tokenKeys.map(({ key }) => key), auditKey].map((key) => key.export().toString('base64')),
})

const wrong: [name: string, value: string, rule: RegExp][] = [
  ['AIRWALLEX_ENVIRONMENT', 'staging', /must be production, demo or local/],
  ['AIRWALLEX_LOCAL_ORIGIN', 'http://127.0.0.1:4010', /must be unset/],
  ['AIRWALLEX_AUTHORIZATION_ENDPOINT', 'https://airwallex.com.evil.test/oauth/authorize', /must be an https URL on/],
  ['AIRWALLEX_AUTHORIZATION_ENDPOINT', 'http://demo.airwallex.com/oauth/authorize', /must be an https URL on/],
  ['AIRWALLEX_API_ORIGIN', 'http://169.254.169.254', /must be an https URL on/],
  ['AIRWALLEX_API_ORIGIN', 'https://[::1]', /must be an https URL on/],
  ['AIRWALLEX_API_ORIGIN', 'https://user:pass@api-demo.airwallex.com', /must be an https URL on/],
  ['AIRWALLEX_API_ORIGIN', 'https://api-demo.airwallex.com:8443', /must be an https URL on/],
  ['AIRWALLEX_API_ORIGIN', 'https://api.airwallex.com', /must be an https URL on/],
  ['AIRWALLEX_REVOCATION_ENDPOINT', 'https://evil.test/revoke', /must be an https URL on/],
  ['AIRWALLEX_CLIENT_ID', 'abc', /must be 4 to 200/],
  ['AIRWALLEX_CLIENT_ID', 'your-client-id', /is still the sample value/],
  ['AIRWALLEX_CLIENT_SECRET', 'Sh0rt-one', /must have at least 16 characters/],
  ['AIRWALLEX_CLIENT_SECRET', 'abababababababababababab', /too few different characters/],
  ['AIRWALLEX_CLIENT_SECRET', 'changeme-changeme-1234567890', /is still the sample value/],
  ['AIRWALLEX_CLIENT_SECRET', `${secret()}\n${secret()}`, /must not hold line breaks or invisible characters/],
  ['AIRWALLEX_CLIENT_SECRET', `${secret()}\u200b`, /must not hold line breaks or invisible characters/],
  ['AIRWALLEX_CLIENT_SECRET', `geheim-für-${secret()}`, /must hold printable ASCII characters only/],
  ['AIRWALLEX_SCOPES', 'Account Details', /must list scopes/],
  ['AIRWALLEX_SCOPES', ';;', /must list scopes/],
  ['AIRWALLEX_API_VERSION', 'latest-one', /must be a date/],
  ['AIRWALLEX_WEBHOOK_SECRET', 'sh0rt', /must be one or two webhook secrets/],
  ['AIRWALLEX_WEBHOOK_SECRET', `${secret()},${secret()},${secret()}`, /must be one or two webhook secrets/],
  ['AIRWALLEX_WEBHOOK_SECRET', 'your-webhook-secret-here', /must be one or two webhook secrets/],
  ['APP_ORIGIN', 'dashboard.company.test', /must be an origin/],
  ['APP_ORIGIN', 'https://dashboard.company.test/app', /must be an origin/],
  ['APP_ORIGIN', 'https://me:pw@dashboard.company.test', /must be an origin/],
  ['APP_ORIGIN', 'http://dashboard.company.test', /must use https/],
  ['APP_ORIGIN', 'https://dashboard.example.com', /is still the sample value/],
  ['DATABASE_URL', 'mysql://app@db.company.test/x', /must be a postgresql/],
  ['DATABASE_URL', 'postgresql://db.company.test', /must be a postgresql/],
  ['DATABASE_URL', 'postgresql://user:changeme@db.company.test/x', /is still the sample value/],
  ['DATABASE_DIRECT_URL', 'db.company.test:5432', /must be a postgresql/],
  ['TOKEN_KEYS', 'k1:c2hvcnQ=', /must hold keys of 32 bytes/],
  ['TOKEN_KEYS', `k1:${Buffer.alloc(32, 7).toString('base64')}`, /random bytes/],
  ['TOKEN_KEYS', `k1:${'not base64 '.repeat(4)}`, /must hold base64/],
  ['TOKEN_KEYS', 'k1:replace-me', /is still the sample value/],
  ['AUDIT_KEY', 'c2hvcnQ=', /must hold keys of 32 bytes/],
  ['AUDIT_KEY', Buffer.alloc(32, 7).toString('base64'), /random bytes/],
  ['AUDIT_KEY', 'not base64 '.repeat(4), /must hold base64/],
  ['TOKEN_LATE_PROBE', 'maybe', /must be on or off/],
  ['NEXTAUTH_SECRET', 'sh0rt-Secret', /must have at least 32 characters/],
  ['NEXTAUTH_SECRET', 'a'.repeat(64), /too few different characters/],
  ['NEXTAUTH_SECRET', 'your-secret-of-at-least-32-characters', /is still the sample value/],
  ['NEXTAUTH_URL', 'https://elsewhere.company.test', /must be unset or equal APP_ORIGIN/],
  ['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'c2hvcnQ=', /must hold keys of 32 bytes/],
  ['OIDC_ISSUER', 'login.company.test', /must be an https URL/],
  ['OIDC_ISSUER', 'http://login.company.test', /must be an https URL/],
  ['OIDC_ISSUER', 'https://login.company.test/?tenant=1', /must be an https URL/],
  ['OIDC_ISSUER', 'https://login.example.com', /is still the sample value/],
  ['OIDC_CLIENT_ID', '<client id>', /is still the sample value/],
  ['OIDC_CLIENT_ID', 'partner\r\ndashboard', /must not hold line breaks or invisible characters/],
  ['OIDC_CLIENT_SECRET', 'Sh0rt-one', /must have at least 16 characters/],
  ['OIDC_CLIENT_SECRET', 'placeholder-secret-0123456789', /is still the sample value/],
  ['OIDC_NAME', 'N'.repeat(41), /must have at most 40 characters/],
  ['OIDC_CLAIM_EMAIL', 'e mail', /must be the name of a claim/],
  ['OIDC_CLAIM_EMAIL_VERIFIED', 'v'.repeat(101), /must be the name of a claim/],
  ['OIDC_CLAIM_NAME', 'naïve', /must be the name of a claim/],
  ['SIGN_IN_EMAIL_DOMAINS', 'me@company.test', /must list email domains/],
  ['SIGN_IN_OPEN', 'yes-please', /must be true or false/],
  ['EMAIL_SERVER', 'mail.company.test:587', /must be an smtp:/],
  ['EMAIL_SERVER', 'https://mail.company.test', /must be an smtp:/],
  ['EMAIL_SERVER', 'smtp:///mail.company.test', /must be an smtp:/],
  ['EMAIL_SERVER', 'smtp://user:c0rrect-horse@smtp.example.com:587', /is still the sample value/],
  ['EMAIL_FROM', 'Dashboard', /must be an address/],
  ['EMAIL_FROM', 'no-reply@company.test, other@company.test', /must be an address/],
  ['EMAIL_FROM', 'Dashboard <no-reply@company.test>\r\nBcc: all@company.test', /must not hold line breaks/],
  ['EMAIL_FROM', 'Dashboard <no-reply@example.com>', /is still the sample value/],
  ['TRUSTED_PROXIES', 'several', /must be a number/],
  ['TRUSTED_PROXIES', '11', /must be at most 10/],
  ['CRON_SECRET', `${secret()}\n${secret()}`, /must not hold line breaks or invisible characters/],
  ['LOG_LEVEL', 'verbose', /must be a log level/],
  ['NEXT_PUBLIC_SECRET', 'sentinel-of-the-deny-list', /would be shown to every browser/],
]

describe('environment', () => {
  it.each(Object.keys(good).filter((name) => !['SIGN_IN_EMAIL_DOMAINS', 'TRUSTED_PROXIES'].includes(name)))(
    'stops without %s and says so',
    (name) => {
      for (const absent of [undefined, '', '   ']) {
        const { problems } = refusal({ ...good, [name]: absent })
        expect(problems).toHaveLength(1)
        expect(problems[0]).toMatch(new RegExp(`^${name} (is missing|must be production, demo or local)$`))
      }
    },
  )

  it.each(wrong)('stops at a wrong %s by its name, never its value (%#)', (name, value, rule) => {
    const { problems, message } = refusal({ ...good, [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name} `))
    expect(problems[0]).toMatch(rule)
    expect(message).not.toContain(value.trim())
  })

  it('names all problems at once', () => {
    const { message } = refusal({ ...good, APP_ORIGIN: '', NEXTAUTH_SECRET: 'Sh0rt', LOG_LEVEL: 'loud' })
    for (const name of ['APP_ORIGIN', 'NEXTAUTH_SECRET', 'LOG_LEVEL']) expect(message).toContain(name)
  })

  it('needs a loopback address for a local Airwallex, and none for the others', () => {
    expect(refusal({ ...local, AIRWALLEX_LOCAL_ORIGIN: '' }).problems).toEqual(['AIRWALLEX_LOCAL_ORIGIN is missing'])
    expect(refusal({ ...local, AIRWALLEX_LOCAL_ORIGIN: 'https://api.airwallex.com' }).problems[0]).toMatch(/loopback/)
    expect(parseEnv(local).airwallex.apiOrigin).toBe('http://127.0.0.1:4010')
  })

  it('takes plain http for the application on the loopback, but never in production', () => {
    expect(parseEnv({ ...local, APP_ORIGIN: 'http://localhost:3000' }).appOrigin).toBe('http://localhost:3000')
    const production = { ...good, AIRWALLEX_ENVIRONMENT: 'production', APP_ORIGIN: 'http://localhost:3000' }
    expect(refusal(production).problems).toEqual(['APP_ORIGIN must use https in production'])
  })

  it('fills in what may be left out, and turns the rest into what the code uses', () => {
    expect(
      parseEnv({ ...good, SIGN_IN_EMAIL_DOMAINS: 'Company.test other.test', NEXTAUTH_URL: good.APP_ORIGIN }),
    ).toMatchObject({
      airwallex: {
        environment: 'demo',
        apiOrigin: 'https://api-demo.airwallex.com',
        scopes: ['account_details:read', 'balance:read'],
        redirectUri: 'https://dashboard.company.test/api/airwallex/callback',
      },
      signIn: { oidc: { name: 'single sign-on' }, emailDomains: ['company.test', 'other.test'], open: false },
      webhookSecrets: [],
      lateProbe: true,
      trustedProxies: 1,
      logLevel: 'info',
      isDevelopment: false,
    })
  })

  it('sends mail only where it knows by what server and as whom', () => {
    const server = 'smtps://user:c0rrect-horse@mail.company.test:465'
    const from = 'Dashboard <no-reply@company.test>'
    expect(parseEnv(good).mail).toBeNull()
    expect(parseEnv({ ...good, EMAIL_FROM: from }).mail).toBeNull()
    expect(parseEnv({ ...good, EMAIL_SERVER: server, EMAIL_FROM: from }).mail).toEqual({ server, from })
    const { problems, message } = refusal({ ...good, EMAIL_SERVER: server })
    expect(problems).toEqual(['EMAIL_FROM is missing, which EMAIL_SERVER needs'])
    expect(message).not.toContain('c0rrect-horse')
  })

  it('looks for what the provider says under the standard’s names, or under those that were given', () => {
    expect(parseEnv(good).signIn.oidc.claims).toEqual({
      email: 'email',
      emailVerified: 'email_verified',
      name: 'name',
    })
    const own = {
      OIDC_CLAIM_EMAIL: 'preferred_username',
      OIDC_CLAIM_EMAIL_VERIFIED: 'https://company.test/verified',
      OIDC_CLAIM_NAME: 'display_name',
    }
    expect(parseEnv({ ...good, ...own }).signIn.oidc.claims).toEqual({
      email: 'preferred_username',
      emailVerified: 'https://company.test/verified',
      name: 'display_name',
    })
  })

  it('stops where no one could sign in', () => {
    const rule = ['SIGN_IN_EMAIL_DOMAINS is missing; without it or SIGN_IN_OPEN=true no one can sign in']
    for (const domains of ['', ' , ']) {
      expect(refusal({ ...good, SIGN_IN_EMAIL_DOMAINS: domains }).problems).toEqual(rule)
      expect(refusal({ ...good, SIGN_IN_EMAIL_DOMAINS: domains, SIGN_IN_OPEN: 'false' }).problems).toEqual(rule)
    }
    expect(parseEnv(good).signIn).toMatchObject({ emailDomains: ['company.test'], open: false })
    const open = { ...good, SIGN_IN_EMAIL_DOMAINS: '', SIGN_IN_OPEN: 'true' }
    expect(parseEnv(open).signIn).toMatchObject({ emailDomains: [], open: true })
  })

  it('takes no blank and no line break that a secret store left around a value', () => {
    const all = {
      ...good,
      AIRWALLEX_WEBHOOK_SECRET: `${secret()},${secret()}`,
      AIRWALLEX_API_VERSION: '2026-08-21',
      CRON_SECRET: secret(),
      OIDC_NAME: 'Company Login',
      OIDC_CLAIM_EMAIL: 'mail',
      EMAIL_SERVER: 'smtps://user:c0rrect-horse@mail.company.test:465',
      EMAIL_FROM: 'Dashboard <no-reply@company.test>',
      LOG_LEVEL: 'warn',
      DATABASE_DIRECT_URL: 'postgresql://owner:c0rrect-horse@db.company.test:5432/dashboard',
    }
    const untidy = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, `\ufeff\t${value} \r\n`]))
    expect(shown(parseEnv(untidy))).toEqual(shown(parseEnv(all)))
  })
})

describe('the number of proxies', () => {
  it('has to be said where clients come by https, 0 included', () => {
    expect(refusal({ ...good, TRUSTED_PROXIES: undefined }).problems).toEqual([
      'TRUSTED_PROXIES is missing; say how many proxies stand before the application, or 0 if there are none',
    ])
    expect(refusal({ ...good, TRUSTED_PROXIES: ' ' }).problems).toHaveLength(1)
    expect(parseEnv({ ...good, TRUSTED_PROXIES: '0' }).trustedProxies).toBe(0)
    expect(parseEnv({ ...good, TRUSTED_PROXIES: '2' }).trustedProxies).toBe(2)
  })

  it('is 0 on a loopback without https unless it is said', () => {
    expect(parseEnv({ ...local, APP_ORIGIN: 'http://localhost:3000', TRUSTED_PROXIES: undefined }).trustedProxies).toBe(
      0,
    )
  })
})
