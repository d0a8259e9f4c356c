import http from 'node:http'
import type net from 'node:net'
import { readBody } from './response-body'

export type NoAnswerDetail =
  | 'timeout'
  | 'reset'
  | 'closed'
  | 'not_http'
  | 'truncated'
  | 'too_large'
  | 'bad_encoding'
  | 'network'

export type WireAnswer =
  /** Provably not a byte was written. */
  | { readonly kind: 'not_sent' }
  /** The request may have been processed. */
  | { readonly kind: 'no_answer'; readonly detail: NoAnswerDetail }
  /** Header names are in lower case; the body is decoded text. Redirects are answers and never followed. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }

export type WireRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Asked when everything else is ready, in the same synchronous turn as the write. False: nothing is written. */
  readonly mayWrite?: () => boolean
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number
  /** Counted after decoding. */
  readonly maxBodyBytes: number
}

/**
 * One request and its answer over an open connection; never rejects. `raw` is the TCP socket under a TLS `socket`, or the
 * same socket. The request's last check and its bytes leave in one synchronous turn.
 */
export function exchange(socket: net.Socket, raw: net.Socket, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve) => {
    let written = false
    let settled = false
    let head: http.IncomingMessage | null = null

    function settle(answer: WireAnswer) {
      if (settled) return
      settled = true
      clearTimeout(timer)
      // After a plain destroy() the kernel still delivers what it holds; only a reset takes it back. The socket under
      // TLS has to be reset, since the TLS socket cannot be.
      if (answer.kind === 'no_answer') raw.resetAndDestroy()
      socket.destroy()
      raw.destroy()
      resolve(answer)
    }
    const lost = (detail: NoAnswerDetail) => settle(written ? { kind: 'no_answer', detail } : { kind: 'not_sent' })

    const timer = setTimeout(async () => {
      await untilRead(raw)
      // A whole answer only waits for its decoding.
      if (!head?.complete) lost('timeout')
    }, request.timeoutMs)
    const outgoing = prepared(socket, request)
    if (!outgoing) return settle({ kind: 'not_sent' })
    outgoing.on('error', (error) => head || lost(detailOf(error)))
    outgoing.on('close', () => head || lost('closed'))
    outgoing.on('response', (response) => {
      head = response
      readBody(response, request.maxBodyBytes).then(
        (body) => (body.kind === 'read' ? settle(answerOf(response, body.text)) : lost(body.kind)),
        () => lost('network'),
      )
    })
    // Emitted once the socket is the request's own: from here `end` writes through to the kernel before it returns.
    outgoing.on('socket', () => {
      if (settled) return
      if (socket.destroyed || !socket.writable || !allows(request.mayWrite)) return settle({ kind: 'not_sent' })
      written = true
      outgoing.end(request.body)
    })
  })
}

/** Enough for an answer as long as we take, however small the pieces that the system hands over. */
const MOST_TURNS = 64
const IDLE_TURNS = 3

/**
 * After a pause of the process or its machine, timers run before sockets are read: what waits there came in time, and is
 * the only copy. Turns the event loop until a few turns in a row brought nothing.
 */
async function untilRead(socket: net.Socket): Promise<void> {
  let seen = socket.bytesRead
  for (let turns = 0, idle = 0; turns < MOST_TURNS && idle < IDLE_TURNS && !socket.destroyed; turns++) {
    await new Promise((resolve) => setImmediate(resolve))
    idle = socket.bytesRead === seen ? idle + 1 : 0
    seen = socket.bytesRead
  }
}

/** Undefined when the request cannot be written as HTTP, such as a token with a line break in a header. */
function prepared(socket: net.Socket, { method, url, headers, body }: WireRequest): http.ClientRequest | undefined {
  try {
    return http.request({
      method,
      path: url.pathname + url.search,
      headers: {
        ...headers,
        host: url.host,
        connection: 'close',
        'accept-encoding': 'identity',
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      createConnection: () => socket,
    })
  } catch {
    return undefined
  }
}

/** A guard that throws has not allowed anything. */
function allows(mayWrite: WireRequest['mayWrite']): boolean {
  try {
    return mayWrite?.() ?? true
  } catch {
    return false
  }
}

function detailOf(error: NodeJS.ErrnoException): NoAnswerDetail {
  if (error.code?.startsWith('HPE_')) return 'not_http'
  if (error.code === 'ECONNRESET') return error.message === 'socket hang up' ? 'closed' : 'reset'
  return 'network'
}

function answerOf({ statusCode, headers }: http.IncomingMessage, body: string): WireAnswer {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return { kind: 'answer', status: statusCode ?? 0, headers: Object.fromEntries(entries), body }
}
