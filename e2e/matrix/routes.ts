// An answer for each principal as in pages.ts, or one for everyone, by method. What is not named answers 405.

type Route = {
  readonly path: string
  readonly answers: Readonly<Record<string, string>>
  /** What a POST carries. */
  readonly body?: string
}

export const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Of what is not named in a row: Next answers OPTIONS itself, with the methods that there are. */
export const UNNAMED: Readonly<Record<string, string>> = { OPTIONS: '204' }

const cron = (task: string): Route => ({ path: `/api/cron/${task}`, answers: { GET: '401', HEAD: '401' } })

/** Every route handler of the build by its address. */
export const ROUTES: Readonly<Record<string, Route>> = {
  '/api/airwallex/callback': {
    path: '/api/airwallex/callback?state=made-up&code=made-up',
    answers: { GET: '→/connect/result/state_unknown_or_used' },
  },
  // 429 where the limit of unsigned deliveries, which everyone shares, was reached by others.
  '/api/airwallex/webhook': { path: '/api/airwallex/webhook', answers: { POST: '401|429' }, body: '{}' },
  '/api/auth/[...nextauth]': { path: '/api/auth/callback/oidc?state=x&code=x', answers: { GET: '→/sign-in' } },
  '/api/auth/link': { path: '/api/auth/link?token=x', answers: { GET: '→/sign-in/link', HEAD: '→/sign-in/link' } },
  '/api/cron/keep-alive': cron('keep-alive'),
  '/api/cron/purge': cron('purge'),
  '/api/cron/reconcile': cron('reconcile'),
  '/api/cron/rescue': cron('rescue'),
  '/api/csp-report': { path: '/api/csp-report', answers: { POST: '204' }, body: '[]' },
  '/api/livez': { path: '/api/livez', answers: { GET: '200', HEAD: '200' } },
  '/api/readyz': { path: '/api/readyz', answers: { GET: '200', HEAD: '200' } },
  '/audit/export': {
    path: '/audit/export?format=json_lines',
    answers: { POST: '→/audit 403 403 200 200 200' },
  },
  // Of whom no session says that they signed in by a link, the provider may still know.
  '/sign-out': { path: '/sign-out', answers: { POST: `→/sign-out/provider ${'→/sign-in '.repeat(5).trim()}` } },
}
