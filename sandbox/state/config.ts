import { z } from 'zod'
import { DIALECTS } from './grants'
import { canonicalScope, REGISTERED_SCOPES } from './scopes'

const port = z.coerce.number().int().min(0).max(65_535)
const flag = z
  .enum(['on', 'off', 'true', 'false', '1', '0'])
  .transform((value) => value === 'on' || value === 'true' || value === '1')
const list = z.string().transform((value) => value.split(/[\s,]+/).filter((entry) => entry !== ''))
const origin = z.url({ protocol: /^https?$/ }).transform((value) => new URL(value).origin)

const environment = z.object({
  SANDBOX_PORT: port.default(4010),
  SANDBOX_OIDC_PORT: port.default(4011),
  SANDBOX_SMTP_PORT: port.default(4012),
  SANDBOX_APP_ORIGIN: origin.default('http://localhost:3000'),
  SANDBOX_REDIRECT_URIS: list.default([]),
  SANDBOX_CLIENT_ID: z.string().min(1).default('appid_sandboxPartnerApp00001'),
  SANDBOX_CLIENT_SECRET: z.string().min(1).optional(),
  SANDBOX_SCOPES: list
    .refine((names) => names.every((name) => canonicalScope(name)), 'has a scope that the sandbox does not know')
    .default([...REGISTERED_SCOPES]),
  SANDBOX_DIALECT: z.enum(DIALECTS).default('tree'),
  SANDBOX_REFRESH_TOKEN_DAYS: z.coerce.number().positive().default(60),
  SANDBOX_GRACE_SECONDS: z.coerce.number().positive().default(60),
  SANDBOX_ACCESS_TOKEN_SECONDS: z.coerce.number().positive().default(300),
  SANDBOX_CONCURRENT_429: flag.default(true),
  SANDBOX_RECONSENT_ENDS_OLD_GRANT: flag.default(false),
  SANDBOX_ROTATION_ENDS_OLD_ACCESS_TOKEN: flag.default(false),
  SANDBOX_REVOCATION: flag.default(true),
  SANDBOX_ERROR_SHAPE: z.enum(['rfc', 'airwallex']).default('rfc'),
  SANDBOX_TOKEN_MARKER: z
    .string()
    .regex(/^[A-Za-z0-9]{4,32}$/)
    .default('sbxtok'),
  SANDBOX_OIDC_CLIENT_ID: z.string().min(1).default('partner-dashboard'),
  SANDBOX_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  SANDBOX_WEBHOOK_SECRET: z.string().min(1).optional(),
  SANDBOX_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  SANDBOX_WEBHOOK_RETRY_MS: z.coerce.number().int().positive().default(1000),
  SANDBOX_JOURNAL_LIMIT: z.coerce.number().int().positive().default(20_000),
  SANDBOX_STATE_FILE: z.string().min(1).optional(),
})

/** Everything that is decided before the sandbox starts. A port of `null` means: not started. */
export type SandboxConfig = {
  port: number
  oidcPort: number | null
  smtpPort: number | null
  appOrigin: string
  redirectUris: string[]
  clientId: string
  clientSecret: string
  /** Scopes registered for the application, in either format. */
  scopes: string[]
  oidcClientId: string
  oidcClientSecret: string
  webhookSecret: string
  webhookUrl: string
  webhookRetryMs: number
  /** Contained in every token, code and secret, so that a leak scan can look for one word. */
  tokenMarker: string
  revocation: boolean
  journalLimit: number
  /** Grants outlive the process here, as they would at Airwallex; `null` forgets them. */
  stateFile: string | null
  options: SandboxOptions
}

/** What may be changed while it runs (`PATCH /control/options`). */
export const optionsSchema = z.strictObject({
  dialect: z.enum(DIALECTS),
  refreshTokenDays: z.number().positive(),
  graceSeconds: z.number().positive(),
  accessTokenSeconds: z.number().positive(),
  concurrent429: z.boolean(),
  reconsentEndsOldGrant: z.boolean(),
  rotationEndsOldAccessToken: z.boolean(),
  errorShape: z.enum(['rfc', 'airwallex']),
  /** Time an undisturbed answer takes; half of it passes before the request is processed. */
  tokenLatencyMs: z.number().nonnegative(),
  apiLatencyMs: z.number().nonnegative(),
  /** Of the Connections API: as documented (items in snake case, their list in camel case), or all of one kind. */
  partnerCasing: z.enum(['documented', 'camel', 'snake']),
  webhooks: z.enum(['send', 'hold', 'lose']),
})
export type SandboxOptions = z.infer<typeof optionsSchema>

export class SandboxConfigError extends Error {}

/** Reads the sandbox's variables; throws `SandboxConfigError` naming variable and rule, never the value. */
export function configFromEnvironment(env: Record<string, string | undefined>): SandboxConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new SandboxConfigError(problems.join('\n'))
  }
  const e = parsed.data
  const secret = (purpose: string) => `${e.SANDBOX_TOKEN_MARKER}_${purpose}_local_only_3f1c9a7e5b2d8046`
  return {
    port: e.SANDBOX_PORT,
    oidcPort: e.SANDBOX_OIDC_PORT,
    smtpPort: e.SANDBOX_SMTP_PORT,
    appOrigin: e.SANDBOX_APP_ORIGIN,
    redirectUris: [`${e.SANDBOX_APP_ORIGIN}/api/airwallex/callback`, ...e.SANDBOX_REDIRECT_URIS],
    clientId: e.SANDBOX_CLIENT_ID,
    clientSecret: e.SANDBOX_CLIENT_SECRET ?? secret('client_secret'),
    scopes: e.SANDBOX_SCOPES,
    oidcClientId: e.SANDBOX_OIDC_CLIENT_ID,
    oidcClientSecret: e.SANDBOX_OIDC_CLIENT_SECRET ?? secret('oidc_secret'),
    webhookSecret: e.SANDBOX_WEBHOOK_SECRET ?? `whsec_${secret('webhook')}`,
    webhookUrl: e.SANDBOX_WEBHOOK_URL ?? `${e.SANDBOX_APP_ORIGIN}/api/airwallex/webhook`,
    webhookRetryMs: e.SANDBOX_WEBHOOK_RETRY_MS,
    tokenMarker: e.SANDBOX_TOKEN_MARKER,
    revocation: e.SANDBOX_REVOCATION,
    journalLimit: e.SANDBOX_JOURNAL_LIMIT,
    stateFile: e.SANDBOX_STATE_FILE ?? null,
    options: {
      dialect: e.SANDBOX_DIALECT,
      refreshTokenDays: e.SANDBOX_REFRESH_TOKEN_DAYS,
      graceSeconds: e.SANDBOX_GRACE_SECONDS,
      accessTokenSeconds: e.SANDBOX_ACCESS_TOKEN_SECONDS,
      concurrent429: e.SANDBOX_CONCURRENT_429,
      reconsentEndsOldGrant: e.SANDBOX_RECONSENT_ENDS_OLD_GRANT,
      rotationEndsOldAccessToken: e.SANDBOX_ROTATION_ENDS_OLD_ACCESS_TOKEN,
      errorShape: e.SANDBOX_ERROR_SHAPE,
      tokenLatencyMs: 0,
      apiLatencyMs: 0,
      partnerCasing: 'documented',
      webhooks: 'send',
    },
  }
}
