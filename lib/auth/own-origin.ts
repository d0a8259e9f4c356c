type RequestHeaders = { get(name: string): string | null }

/**
 * Whether a request that changes something comes from a page of this application (CSRF). `Origin` is required and equal:
 * every browser sends it with a POST, and no page can forge it. `Sec-Fetch-Site`, which plain http outside the loopback
 * and older browsers omit, must agree where it is present.
 */
export function isFromOwnOrigin(headers: RequestHeaders, appOrigin: string): boolean {
  const site = headers.get('sec-fetch-site')
  return headers.get('origin') === appOrigin && (site === null || site === 'same-origin')
}
