// docs/security.md, section 4. Documents get a policy with a nonce from proxy.ts; everything else the fixed one of
// next.config.mjs, which loads nothing.

export type PolicySettings = {
  readonly nonce: string
  /** The page that "Connect to Airwallex" redirects to: browsers apply `form-action` to a form's redirects too. */
  readonly authorizationEndpoint: string
  readonly appOrigin: string
  /** Next's and React's development builds evaluate strings and bring styles of their own. */
  readonly isDevelopment: boolean
}

/** The policy of one document, on one line. */
export function documentPolicy({ nonce, authorizationEndpoint, appOrigin, isDevelopment }: PolicySettings): string {
  const authorizeOrigin = new URL(authorizationEndpoint).origin
  const directives = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // A nonce would switch 'unsafe-inline' off, which the styles of Next's own development tools need.
    `style-src-elem 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    // Server-rendered HTML carries style="…"; an attribute cannot have a nonce.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self' ${authorizeOrigin}`,
    "frame-ancestors 'none'",
    ...(appOrigin.startsWith('https:') ? ['upgrade-insecure-requests'] : []),
    'report-to csp',
  ]
  return directives.join('; ')
}
