/** Two years. Subdomains and the preload list are the operator's to opt into, at the front. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=63072000'

type RequestHeaders = { get(name: string): string | null }

/**
 * Whether a request came over plain http to an application that lives on https. `next start` itself speaks only http: the
 * TLS front says how the browser came by `X-Forwarded-Proto`, of which the last entry is the nearest proxy's, and Next
 * writes `http` where there is none. A client that forges it over plain http deceives no one but itself.
 */
export function isPlainHttp(headers: RequestHeaders, appOrigin: string): boolean {
  if (!appOrigin.startsWith('https:')) return false
  const nearest = headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim()
  return nearest !== 'https'
}
