export type AirwallexEnvironment = 'production' | 'demo' | 'local'

export type AirwallexConfig = {
  readonly environment: AirwallexEnvironment
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** Origin of the API, without a trailing slash. */
  readonly apiOrigin: string
  readonly revocationEndpoint?: string | undefined
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
  /** Sent as `x-api-version`, YYYY-MM-DD. Without it each account answers in the version stored with it. */
  readonly apiVersion: string
  readonly redirectUri: string
}

export type AirwallexEndpoints = Pick<
  AirwallexConfig,
  'authorizationEndpoint' | 'tokenEndpoint' | 'apiOrigin' | 'revocationEndpoint'
>

export type EndpointSettings = {
  readonly environment: AirwallexEnvironment
  readonly localOrigin?: string | undefined
  readonly authorizationEndpoint?: string | undefined
  readonly apiOrigin?: string | undefined
  readonly revocationEndpoint?: string | undefined
}

export type EndpointResolution =
  | { readonly kind: 'resolved'; readonly endpoints: AirwallexEndpoints }
  /** Each problem names the variable and the rule it breaks, never the value. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

const PINNED = {
  production: {
    authorizationEndpoint: 'https://airwallex.com/oauth/authorize',
    apiOrigin: 'https://api.airwallex.com',
  },
  demo: {
    authorizationEndpoint: 'https://demo.airwallex.com/oauth/authorize',
    apiOrigin: 'https://api-demo.airwallex.com',
  },
} as const

const PRODUCTION_HOSTS = new Set(['airwallex.com', 'www.airwallex.com', 'api.airwallex.com'])
const SANDBOX_HOST = /demo|sandbox|staging/

const AIRWALLEX_RULE: Record<'production' | 'demo', string> = {
  production: "must be an https URL on one of Airwallex's production hosts",
  demo: "must be an https URL on one of Airwallex's demo or sandbox hosts",
}
const LOOPBACK_RULE = 'must be on a loopback address, such as http://127.0.0.1:4010'
const ORIGIN_RULE = 'must be an origin, without a path'

/**
 * Where Airwallex is. `production` and `demo` pin its hosts; an override may name another host of the same environment
 * under airwallex.com and nothing else, `local` only loopback addresses, so that no setting can point the client secret
 * and the tokens anywhere else (SSRF), and none can mix two environments under one badge.
 */
export function resolveEndpoints(settings: EndpointSettings): EndpointResolution {
  const problems: string[] = []
  const { environment, localOrigin } = settings
  const local = environment === 'local'

  function checked(variable: string, value: string | undefined, part: 'origin' | 'endpoint'): string | undefined {
    if (value === undefined) return undefined
    const url = canonicalUrl(value)
    if (!url || !(environment === 'local' ? isLoopbackUrl(url) : isAirwallexUrl(url, environment))) {
      problems.push(`${variable} ${environment === 'local' ? LOOPBACK_RULE : AIRWALLEX_RULE[environment]}`)
      return undefined
    }
    if (part === 'origin' && url.pathname !== '/') problems.push(`${variable} ${ORIGIN_RULE}`)
    return part === 'origin' ? url.origin : url.href
  }

  if (!local && localOrigin !== undefined) {
    problems.push('AIRWALLEX_LOCAL_ORIGIN must be unset unless AIRWALLEX_ENVIRONMENT is local')
  }
  if (local && localOrigin === undefined) problems.push('AIRWALLEX_LOCAL_ORIGIN is missing')
  const origin = local ? checked('AIRWALLEX_LOCAL_ORIGIN', localOrigin, 'origin') : undefined
  const authorizationEndpoint = checked('AIRWALLEX_AUTHORIZATION_ENDPOINT', settings.authorizationEndpoint, 'endpoint')
  const apiOrigin = checked('AIRWALLEX_API_ORIGIN', settings.apiOrigin, 'origin')
  const revocationEndpoint = checked('AIRWALLEX_REVOCATION_ENDPOINT', settings.revocationEndpoint, 'endpoint')
  if (problems.length > 0) return { kind: 'refused', problems }

  const defaults = local
    ? { authorizationEndpoint: `${origin}/oauth/authorize`, apiOrigin: String(origin) }
    : PINNED[environment]
  const api = apiOrigin ?? defaults.apiOrigin
  return {
    kind: 'resolved',
    endpoints: {
      authorizationEndpoint: authorizationEndpoint ?? defaults.authorizationEndpoint,
      apiOrigin: api,
      // No trailing slash: Airwallex's prose has one, every request it shows has none.
      tokenEndpoint: `${api}/oauth/token`,
      ...(revocationEndpoint === undefined ? {} : { revocationEndpoint }),
    },
  }
}

/** The page of Airwallex's web app where the owner of an account withdraws a partner's access. */
export function airwallexIntegrationsPage({
  environment,
  authorizationEndpoint,
}: Pick<AirwallexConfig, 'environment' | 'authorizationEndpoint'>): string {
  const origin = environment === 'production' ? 'https://www.airwallex.com' : new URL(authorizationEndpoint).origin
  return `${origin}/app/integrations/home`
}

/**
 * A URL written exactly as the URL parser writes it back. Whatever a parser would repair or drop (a port of its own
 * scheme, tabs, backslashes, capital letters, unicode dots, octal addresses) is refused instead of understood.
 */
function canonicalUrl(value: string): URL | undefined {
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  const asWritten = value === url.href || value === url.origin
  return asWritten && !url.username && !url.password && !url.search && !url.hash ? url : undefined
}

function isAirwallexUrl({ protocol, port, hostname }: URL, environment: 'production' | 'demo'): boolean {
  const own = hostname === 'airwallex.com' || hostname.endsWith('.airwallex.com')
  const fits = environment === 'production' ? !SANDBOX_HOST.test(hostname) : !PRODUCTION_HOSTS.has(hostname)
  return protocol === 'https:' && port === '' && own && fits
}

function isLoopbackUrl({ protocol, hostname }: URL): boolean {
  return (
    /^https?:$/.test(protocol) &&
    (hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname))
  )
}
