import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './loopback-certificate'

export type ReceivedRequest = {
  readonly line: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly form: URLSearchParams
}

type Behavior = (socket: net.Socket, request: ReceivedRequest, index: number) => void

export type FaultServer = {
  readonly origin: string
  readonly requests: readonly ReceivedRequest[]
  /** Connections accepted so far. */
  readonly connections: () => number
  /** How the first connection ended, once it has: `ECONNRESET` or whatever else, or `closed`. */
  readonly ended: Promise<string>
  close(): Promise<void>
}

/** A server on a random loopback port that hands each whole request to `behavior`, byte-level faults included. */
export async function startFaultServer(
  behavior: Behavior,
  { secure = false, onConnection }: { secure?: boolean; onConnection?: (socket: net.Socket) => void } = {},
): Promise<FaultServer> {
  const requests: ReceivedRequest[] = []
  const sockets = new Set<net.Socket>()
  let connections = 0
  let reportEnd: (how: string) => void = () => {}
  const ended = new Promise<string>((resolve) => {
    reportEnd = resolve
  })

  const accept = (socket: net.Socket) => {
    connections++
    sockets.add(socket)
    let received = Buffer.alloc(0)
    socket.on('error', (error: NodeJS.ErrnoException) => reportEnd(error.code ?? error.message))
    socket.on('close', () => reportEnd('closed'))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const request = parsed(received.toString())
      if (!request) return
      received = Buffer.alloc(0)
      requests.push(request)
      behavior(socket, request, requests.length - 1)
    })
    onConnection?.(socket)
  }

  const server = secure
    ? tls.createServer({ key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE }, accept)
    : net.createServer(accept)
  server.on('tlsClientError', () => {})
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The fault server has no port')

  return {
    origin: `${secure ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    requests,
    connections: () => connections,
    ended,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An HTTP response with a right length, closing the connection. */
export function respond(
  socket: net.Socket,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${status} Status\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n`)
  socket.end(body)
}

export function respondJson(socket: net.Socket, status: number, body: unknown): void {
  respond(socket, status, JSON.stringify(body))
}

function parsed(text: string): ReceivedRequest | undefined {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  if (rest.length === 0) return undefined
  const [line = '', ...fields] = head.split('\r\n')
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  )
  const body = rest.join('\r\n\r\n')
  if (Buffer.byteLength(body) < Number(headers['content-length'] ?? 0)) return undefined
  return { line, headers, body, form: new URLSearchParams(body) }
}
