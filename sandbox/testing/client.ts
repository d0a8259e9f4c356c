import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { Sandbox } from '../sandbox'

type Json = Record<string, unknown>
export type TokenAnswer = { status: number; body: Json; headers: Headers }

/** A token request with the client in the body, as a form. */
export async function postToken(
  { origin, config }: Sandbox,
  parameters: Record<string, string>,
  init: RequestInit = {},
): Promise<TokenAnswer> {
  const client = { client_id: config.clientId, client_secret: config.clientSecret }
  const body = new URLSearchParams({ ...client, ...parameters })
  const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body, ...init })
  return { status: response.status, body: (await response.json()) as Json, headers: response.headers }
}

export function postRefresh(sandbox: Sandbox, refreshToken: unknown): Promise<TokenAnswer> {
  return postToken(sandbox, { grant_type: 'refresh_token', refresh_token: String(refreshToken) })
}

export async function getJson(
  sandbox: Sandbox,
  path: string,
  accessToken: string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(sandbox.origin + path, {
    headers: { authorization: `Bearer ${accessToken}`, ...headers },
  })
  return { status: response.status, body: (await response.json()) as Json }
}

export async function callControl(sandbox: Sandbox, method: string, path: string, body?: unknown) {
  const response = await fetch(sandbox.origin + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Json }
}

export function pkcePair() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export type RawExchange = { received: string; ending: 'closed' | 'reset'; milliseconds: number }

/** A refresh over a socket of its own; what came back, and how the connection ended. */
export function rawRefresh({ origin, config }: Sandbox, refreshToken: string): Promise<RawExchange> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: config.clientId,
    client_secret: config.clientSecret,
  }).toString()
  const head = [
    'POST /oauth/token HTTP/1.1',
    'host: localhost',
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    let received = ''
    let ending: RawExchange['ending'] = 'closed'
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      received += text
    })
    socket.on('error', () => {
      ending = 'reset'
    })
    socket.on('close', () => resolve({ received, ending, milliseconds: performance.now() - startedAt }))
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}

export function bodyOf({ received }: RawExchange): string {
  return received.slice(received.indexOf('\r\n\r\n') + 4)
}
