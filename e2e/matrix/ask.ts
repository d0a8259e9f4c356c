import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { ownCookieName } from '@/lib/security/own-cookie-name'

// Requests exactly as written: no client's good manners with paths, no redirects followed, no cookies kept.

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
export type Question = {
  readonly method?: string
  /** With its query, sent as it stands here. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: FormData | string
}
export type Ask = (question: Question) => Promise<Answer>

const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** Asks the server at `origin` with the session `token` in the cookie that the browser would send; null: with none. */
export const asking =
  (origin: string, token: string | null): Ask =>
  async ({ method = 'GET', path, headers = {}, body }) => {
    const sent = body === undefined ? null : new Response(body)
    const bytes = sent && Buffer.from(await sent.arrayBuffer())
    const { hostname, port } = new URL(origin)
    return new Promise((resolve, reject) => {
      const asked = request({
        agent,
        hostname,
        port,
        path,
        method,
        headers: {
          host: `${hostname}:${port}`,
          ...(token !== null && { cookie: `${ownCookieName(origin, 'session')}=${token}` }),
          ...(sent &&
            bytes && { 'content-type': sent.headers.get('content-type') ?? '', 'content-length': bytes.length }),
          ...headers,
        },
      })
      asked.on('response', (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces).toString('utf8'),
          }),
        )
      })
      asked.on('error', reject)
      asked.end(bytes ?? undefined)
    })
  }

/** As the browser's router asks for a stream: Next leads once to the address that names what its headers ask for. */
export async function askForStream(ask: Ask, question: Question): Promise<Answer> {
  const answer = await ask(question)
  const { location } = answer.headers
  if (answer.status !== 307 || !location?.includes('_rsc')) return answer
  const { pathname, search } = new URL(location, 'http://localhost')
  return ask({ ...question, path: `${pathname}${search}` })
}
