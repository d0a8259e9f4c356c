// docs/security.md, section 4. Documents get a policy with a nonce from proxy.ts; everything else the fixed one of
// next.config.mjs, which loads nothing.

/** SHA-256 of the two styles that sonner appends without a nonce: empty first, then its style sheet. */
export const SONNER_STYLE_HASHES = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='",
] as const

export type PolicySettings = {
  readonly nonce: string
  /** The page that "Connect to Airwallex" redirects to: browsers apply `form-action` to a form's redirects too. */
  readonly authorizationEndpoint: string
  readonly appOrigin: string
  /** React's development build evaluates strings. */
  readonly isDevelopment: boolean
}

/** The policy of one document, on one line. */
export function documentPolicy({ nonce, authorizationEndpoint, appOrigin, isDevelopment }: PolicySettings): string {
  const authorizeOrigin = new URL(authorizationEndpoint).origin
  const directives = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src-elem 'self' 'nonce-${nonce}' ${SONNER_STYLE_HASHES.join(' ')}`,
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
