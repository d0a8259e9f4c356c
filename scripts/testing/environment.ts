import { randomBytes } from 'node:crypto'

type Services = {
  databaseUrl: string
  directUrl?: string
  sandboxOrigin: string
  clientId: string
  clientSecret: string
}

/** A complete environment of the product against a sandbox, with secrets of its own. */
export function testEnvironment({ databaseUrl, directUrl = '', sandboxOrigin, clientId, clientSecret }: Services) {
  return {
    AIRWALLEX_ENVIRONMENT: 'local',
    AIRWALLEX_LOCAL_ORIGIN: sandboxOrigin,
    AIRWALLEX_CLIENT_ID: clientId,
    AIRWALLEX_CLIENT_SECRET: clientSecret,
    AIRWALLEX_SCOPES: 'account_details:read balance:read',
    APP_ORIGIN: 'http://localhost:3000',
    TRUSTED_PROXIES: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: directUrl,
    TOKEN_KEYS: `test:${randomBytes(32).toString('base64')}`,
    AUDIT_KEY: randomBytes(32).toString('base64'),
    NEXTAUTH_SECRET: randomBytes(32).toString('base64url'),
    OIDC_ISSUER: 'http://localhost:4011',
    OIDC_CLIENT_ID: 'partner-dashboard',
    OIDC_CLIENT_SECRET: randomBytes(24).toString('base64url'),
    SIGN_IN_EMAIL_DOMAINS: 'partner.test',
    LOG_LEVEL: 'silent',
  }
}
