import 'server-only'
import { z } from 'zod'
import { resolveEndpoints } from '@/lib/airwallex/endpoints'
import { asciiDomain } from '@/lib/format/email-address'
import { parseKey, parseTokenKeys } from '@/lib/vault/keyring'
import {
  claimName,
  issuer,
  list,
  mailSender,
  mailServer,
  notSample,
  onOff,
  optional,
  origin,
  postgresUrl,
  printable,
  required,
  SAMPLE,
  secret,
  text,
} from './env-fields'

// The only reader of process.env. Parsed at start (instrumentation.ts, worker, scripts), never at build.
// A message names the variable and the rule it breaks, never the value.

const variables = z.object({
  AIRWALLEX_ENVIRONMENT: required(
    z.enum(['production', 'demo', 'local'], { error: 'must be production, demo or local' }),
  ),
  AIRWALLEX_LOCAL_ORIGIN: optional(origin),
  AIRWALLEX_AUTHORIZATION_ENDPOINT: optional(text),
  AIRWALLEX_API_ORIGIN: optional(text),
  AIRWALLEX_REVOCATION_ENDPOINT: optional(text),
  AIRWALLEX_CLIENT_ID: required(notSample.regex(/^[\x21-\x7e]{4,200}$/, 'must be 4 to 200 printable characters')),
  AIRWALLEX_CLIENT_SECRET: required(secret(16)),
  AIRWALLEX_SCOPES: required(
    list.refine(
      (scopes) =>
        scopes.length > 0 && scopes.length <= 100 && scopes.every((scope) => /^[a-z_.]+(:[a-z_.]+){1,2}$/.test(scope)),
      'must list scopes such as account_details:read, separated by spaces',
    ),
  ),
  AIRWALLEX_API_VERSION: optional(z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-08-21')),
  AIRWALLEX_WEBHOOK_SECRET: optional(
    list.refine(
      (secrets) =>
        secrets.length <= 2 && secrets.every((value) => /^[\x21-\x7e]{16,}$/.test(value) && !SAMPLE.test(value)),
      'must be one or two webhook secrets of at least 16 printable ASCII characters',
    ),
  ),
  APP_ORIGIN: required(origin),
  DATABASE_URL: required(postgresUrl),
  DATABASE_DIRECT_URL: optional(postgresUrl),
  TOKEN_KEYS: required(parsedBy(parseTokenKeys)),
  AUDIT_KEY: required(parsedBy(parseKey)),
  TOKEN_LATE_PROBE: optional(z.enum(['on', 'off'], { error: 'must be on or off' })),
  NEXTAUTH_SECRET: required(secret(32)),
  NEXTAUTH_URL: optional(text),
  // Next reads it by itself, at build and at run; here it is only checked.
  NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: optional(parsedBy(parseKey)),
  OIDC_ISSUER: required(issuer),
  OIDC_CLIENT_ID: required(printable),
  OIDC_CLIENT_SECRET: required(secret(16)),
  OIDC_NAME: optional(text.max(40, 'must have at most 40 characters')),
  OIDC_CLAIM_EMAIL: optional(claimName),
  OIDC_CLAIM_EMAIL_VERIFIED: optional(claimName),
  OIDC_CLAIM_NAME: optional(claimName),
  SIGN_IN_EMAIL_DOMAINS: optional(
    list.transform((typed, context) => {
      const domains = typed.map(asciiDomain).filter((domain) => domain !== null)
      if (domains.length < typed.length) context.addIssue('must list email domains such as company.com')
      return domains
    }),
  ),
  SIGN_IN_OPEN: optional(onOff),
  EMAIL_SERVER: optional(mailServer),
  EMAIL_FROM: optional(mailSender),
  TRUSTED_PROXIES: optional(z.coerce.number({ error: 'must be a number' }).int().min(0).max(10, 'must be at most 10')),
  CRON_SECRET: optional(secret(32)),
  LOG_LEVEL: optional(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { error: 'must be a log level such as info' }),
  ),
})

function parsedBy<T>(parse: (value: string) => T) {
  return notSample.transform((value, context) => {
    try {
      return parse(value)
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : 'is malformed')
      return z.NEVER
    }
  })
}

type Source = Readonly<Record<string, string | undefined>>

/** Names each variable that is missing or wrong with the rule it breaks; holds no value of any. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** One problem a variable: the first rule it breaks. */
function firstProblems({ issues }: z.ZodError): string[] {
  const names = issues.map(({ path }) => String(path[0]))
  return issues.flatMap(({ message }, i) => (names.indexOf(names[i] ?? '') === i ? [`${names[i]} ${message}`] : []))
}

/**
 * Parses the environment whole.
 * @throws {EnvironmentError} naming every variable that is missing, malformed, too weak or still a sample.
 */
export function parseEnv(source: Source) {
  const parsed = variables.safeParse(source)
  const problems = parsed.success ? [] : firstProblems(parsed.error)
  for (const name of Object.keys(source)) {
    if (name.startsWith('NEXT_PUBLIC_')) problems.push(`${name} would be shown to every browser; remove it`)
  }
  if (!parsed.success || problems.length > 0) throw new EnvironmentError(problems)
  const raw = parsed.data
  if (raw.NEXTAUTH_URL && raw.NEXTAUTH_URL.replace(/\/$/, '') !== raw.APP_ORIGIN) {
    throw new EnvironmentError(['NEXTAUTH_URL must be unset or equal APP_ORIGIN'])
  }
  const endpoints = resolveEndpoints({
    environment: raw.AIRWALLEX_ENVIRONMENT,
    localOrigin: raw.AIRWALLEX_LOCAL_ORIGIN,
    authorizationEndpoint: raw.AIRWALLEX_AUTHORIZATION_ENDPOINT,
    apiOrigin: raw.AIRWALLEX_API_ORIGIN,
    revocationEndpoint: raw.AIRWALLEX_REVOCATION_ENDPOINT,
  })
  if (endpoints.kind === 'refused') throw new EnvironmentError(endpoints.problems)
  if (raw.AIRWALLEX_ENVIRONMENT === 'production' && !raw.APP_ORIGIN.startsWith('https:')) {
    throw new EnvironmentError(['APP_ORIGIN must use https in production'])
  }
  if (!raw.SIGN_IN_EMAIL_DOMAINS?.length && !raw.SIGN_IN_OPEN) {
    throw new EnvironmentError(['SIGN_IN_EMAIL_DOMAINS is missing; without it or SIGN_IN_OPEN=true no one can sign in'])
  }
  // Left out behind a proxy, every client would have the proxy's address, and one would use up the limits of all.
  if (raw.TRUSTED_PROXIES === undefined && raw.APP_ORIGIN.startsWith('https:')) {
    throw new EnvironmentError([
      'TRUSTED_PROXIES is missing; say how many proxies stand before the application, or 0 if there are none',
    ])
  }
  if (raw.EMAIL_SERVER && !raw.EMAIL_FROM)
    throw new EnvironmentError(['EMAIL_FROM is missing, which EMAIL_SERVER needs'])
  return {
    airwallex: {
      ...endpoints.endpoints,
      environment: raw.AIRWALLEX_ENVIRONMENT,
      clientId: raw.AIRWALLEX_CLIENT_ID,
      clientSecret: raw.AIRWALLEX_CLIENT_SECRET,
      scopes: raw.AIRWALLEX_SCOPES,
      apiVersion: raw.AIRWALLEX_API_VERSION ?? '2026-08-21',
      redirectUri: `${raw.APP_ORIGIN}/api/airwallex/callback`,
    },
    webhookSecrets: raw.AIRWALLEX_WEBHOOK_SECRET ?? [],
    appOrigin: raw.APP_ORIGIN,
    databaseUrl: raw.DATABASE_URL,
    /** The owner of the tables, without a pooler: for the task queue and migrations. Web has none. */
    databaseDirectUrl: raw.DATABASE_DIRECT_URL ?? null,
    tokenKeys: raw.TOKEN_KEYS,
    /** Chains the audit log (lib/audit/chain.ts). */
    auditKey: raw.AUDIT_KEY,
    lateProbe: raw.TOKEN_LATE_PROBE !== 'off',
    signIn: {
      secret: raw.NEXTAUTH_SECRET,
      oidc: {
        issuer: raw.OIDC_ISSUER,
        clientId: raw.OIDC_CLIENT_ID,
        clientSecret: raw.OIDC_CLIENT_SECRET,
        name: raw.OIDC_NAME ?? 'single sign-on',
        claims: {
          email: raw.OIDC_CLAIM_EMAIL ?? 'email',
          emailVerified: raw.OIDC_CLAIM_EMAIL_VERIFIED ?? 'email_verified',
          name: raw.OIDC_CLAIM_NAME ?? 'name',
        },
      },
      emailDomains: raw.SIGN_IN_EMAIL_DOMAINS ?? [],
      open: raw.SIGN_IN_OPEN ?? false,
    },
    /** Null: there is no mail, and nothing that needs it. */
    mail: raw.EMAIL_SERVER && raw.EMAIL_FROM ? { server: raw.EMAIL_SERVER, from: raw.EMAIL_FROM } : null,
    trustedProxies: raw.TRUSTED_PROXIES ?? 0,
    /** Null: there are no cron routes. */
    cronSecret: raw.CRON_SECRET ?? null,
    logLevel: raw.LOG_LEVEL ?? 'info',
    isDevelopment: source.NODE_ENV === 'development',
  }
}

export type Env = ReturnType<typeof parseEnv>

let parsed: Env | undefined

/** The environment of this process, parsed at the first call. @throws {EnvironmentError} */
export function env(): Env {
  parsed ??= parseEnv(process.env)
  return parsed
}

/** What the worker needs beyond the rest. @throws {EnvironmentError} */
export function databaseDirectUrl(): string {
  const url = env().databaseDirectUrl
  if (!url) throw new EnvironmentError(['DATABASE_DIRECT_URL is missing, which the worker needs'])
  return url
}

/** All that `npm run db:migrate` needs. @throws {EnvironmentError} */
export function migrationUrl(source: Source = process.env): string {
  const parsed = z.object({ DATABASE_DIRECT_URL: required(postgresUrl) }).safeParse(source)
  if (!parsed.success) throw new EnvironmentError(firstProblems(parsed.error))
  return parsed.data.DATABASE_DIRECT_URL
}

/**
 * next-auth reads its own address from `process.env.NEXTAUTH_URL` and, without it, from request headers on some hosts.
 * It is always APP_ORIGIN.
 */
export function tellNextAuth(appOrigin: string): void {
  process.env.NEXTAUTH_URL = appOrigin
}
