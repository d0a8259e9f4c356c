import net from 'node:net'
import tls from 'node:tls'
import { exchange, type WireAnswer, type WireRequest } from './wire-exchange'

// One request per connection, opened beforehand: what fails while connecting was provably not sent. Next patches
// `fetch`, and pools keep connections that may be dead, so neither is used here.

/** Nothing was sent: the connection itself failed. `detail` is for logs. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly detail: 'timeout' | 'unreachable' | 'tls'
  constructor(detail: ConnectError['detail'], cause?: unknown) {
    super(`No connection to Airwallex (${detail})`, { cause })
    this.detail = detail
  }
}

export type Connection = {
  /** Sends one request; never rejects. A connection serves once: a second call answers `not_sent`. */
  send(request: WireRequest): Promise<WireAnswer>
  close(): void
}

type ConnectOptions = {
  readonly connectMs: number
  /** PEM of an authority to trust instead of the system's. */
  readonly ca?: string | undefined
}

/**
 * Opens a connection, with TLS for https: name, TCP and handshake within `connectMs`.
 * @throws {ConnectError}
 */
export async function connect(url: URL, { connectMs, ca }: ConnectOptions): Promise<Connection> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'https:'
  const deadline = performance.now() + connectMs
  // 250 ms for each address, Node's default, is less than one round trip on a bad line.
  const raw = net.connect({
    host,
    port: Number(url.port) || (secure ? 443 : 80),
    autoSelectFamilyAttemptTimeout: 1_000,
  })
  raw.setNoDelay(true)
  await opened(raw, raw, 'connect', deadline, 'unreachable')
  if (!secure) return connectionOver(raw, raw)
  const servername = net.isIP(host) ? '' : host
  const encrypted = tls.connect({ socket: raw, host, servername, ALPNProtocols: ['http/1.1'], ...(ca ? { ca } : {}) })
  await opened(encrypted, raw, 'secureConnect', deadline, 'tls')
  return connectionOver(encrypted, raw)
}

function opened(
  socket: net.Socket,
  raw: net.Socket,
  event: string,
  deadline: number,
  detail: ConnectError['detail'],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isSettled = false
    const fail = (why: ConnectError['detail'], cause?: unknown) => {
      clearTimeout(timer)
      // First, since destroying a handshake reports an error of its own. Every connection closes: only this one needs an
      // error, which takes its time to make.
      if (!isSettled) reject(new ConnectError(why, cause))
      isSettled = true
      raw.destroy()
      socket.destroy()
    }
    const timer = setTimeout(() => fail('timeout'), Math.max(0, deadline - performance.now()))
    // These listeners stay: without one, a connection that dies before its use would end the process.
    socket.on('error', (cause) => fail(detail, cause))
    socket.on('close', () => fail(detail))
    socket.once(event, () => {
      clearTimeout(timer)
      isSettled = true
      resolve()
    })
  })
}

function connectionOver(socket: net.Socket, raw: net.Socket): Connection {
  let used = false
  return {
    send(request) {
      if (used) return Promise.resolve({ kind: 'not_sent' })
      used = true
      return exchange(socket, raw, request)
    },
    close() {
      used = true
      socket.destroy()
      raw.destroy()
    },
  }
}
