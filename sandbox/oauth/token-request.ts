import { sameText } from '../state/token-strings'

export type TokenRequest = {
  parameters: ReadonlyMap<string, string>
  client: { id: string; secret: string; via: 'basic' | 'body' } | null
}
export type ParsedTokenRequest = { kind: 'parsed'; request: TokenRequest } | { kind: 'malformed'; description: string }

/** Form or JSON (Airwallex documents both); the client in HTTP Basic or in the body, never in both (RFC 6749 §2.3). */
export function parseTokenRequest(
  headers: { contentType: string | undefined; authorization: string | undefined },
  body: string,
): ParsedTokenRequest {
  const parameters = parseBody(headers.contentType, body)
  if (typeof parameters === 'string') return { kind: 'malformed', description: parameters }
  const id = parameters.get('client_id')
  const secret = parameters.get('client_secret')
  const basic = headers.authorization === undefined ? null : parseBasic(headers.authorization)
  if (basic && secret !== undefined) return malformed('More than one client authentication method was used.')
  if (basic && id !== undefined && id !== basic.id) return malformed('OAuth 2.0 Parameter: client_id')
  const client = basic ?? (id !== undefined && secret !== undefined ? { id, secret, via: 'body' as const } : null)
  return { kind: 'parsed', request: { parameters, client } }
}

export function parseBasic(authorization: string): { id: string; secret: string; via: 'basic' } | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1]
  const decoded = encoded ? Buffer.from(encoded, 'base64').toString('utf8') : ''
  const colon = decoded.indexOf(':')
  if (colon < 0) return null
  return { id: formDecode(decoded.slice(0, colon)), secret: formDecode(decoded.slice(colon + 1)), via: 'basic' }
}

export function isClient(
  client: { id: string; secret: string } | null,
  expected: { clientId: string; clientSecret: string },
): boolean {
  return client !== null && sameText(client.id, expected.clientId) && sameText(client.secret, expected.clientSecret)
}

function parseBody(contentType: string | undefined, body: string): ReadonlyMap<string, string> | string {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/x-www-form-urlencoded') {
    const parameters = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(body)) {
      // RFC 6749 §3.2: no parameter twice, and one without a value counts as omitted.
      if (parameters.has(name)) return `OAuth 2.0 Parameter: ${name}`
      if (value !== '') parameters.set(name, value)
    }
    return parameters
  }
  if (mediaType !== 'application/json') return 'Unsupported content type.'
  const value = parseJson(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'The body is not a JSON object.'
  const parameters = new Map<string, string>()
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') return `OAuth 2.0 Parameter: ${name}`
    if (member !== '') parameters.set(name, member)
  }
  return parameters
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// RFC 6749 §2.3.1 form-encodes both parts; clients that do not are understood as long as they use no `%` or `+`.
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function malformed(description: string): ParsedTokenRequest {
  return { kind: 'malformed', description }
}
