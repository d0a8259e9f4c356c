import type net from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { respond } from './testing/fault-server'
import { post } from './testing/post'
import { faultServers } from './testing/servers'

const server = faultServers()

describe('a request that is answered', () => {
  it.each([false, true])('brings status, headers and body (TLS: %s), over one connection', async (secure) => {
    const airwallex = await server((socket) => respond(socket, 200, '{"a":"ü"}', { 'X-Some': 'Value' }), { secure })
    expect(await post(airwallex.origin)).toEqual({
      kind: 'answer',
      status: 200,
      headers: { 'x-some': 'Value', 'content-length': '10' },
      body: '{"a":"ü"}',
    })
    expect(airwallex.connections()).toBe(1)
    const [request] = airwallex.requests
    expect(request?.line).toBe('POST /oauth/token HTTP/1.1')
    expect(request?.body).toBe('grant_type=refresh_token')
    expect(request?.headers).toMatchObject({
      host: new URL(airwallex.origin).host,
      connection: 'close',
      'accept-encoding': 'identity',
      'content-length': '24',
    })
  })

  it('hands a redirect back and does not follow it', async () => {
    const elsewhere = await server((socket) => respond(socket, 200, 'elsewhere'))
    const airwallex = await server((socket) => respond(socket, 302, '', { location: elsewhere.origin }))
    expect(await post(airwallex.origin)).toMatchObject({ kind: 'answer', status: 302 })
    expect(elsewhere.connections()).toBe(0)
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('is decoded when it comes as %s although no one asked for that', async (encoding, compress) => {
    const airwallex = await server((socket) =>
      respond(socket, 200, compress('{"refresh_token":"r"}'), { 'content-encoding': encoding }),
    )
    expect(await post(airwallex.origin)).toMatchObject({ kind: 'answer', body: '{"refresh_token":"r"}' })
  })

  it('loses its byte order mark', async () => {
    const airwallex = await server((socket) => respond(socket, 200, '\u{feff}{}'))
    expect(await post(airwallex.origin)).toMatchObject({ kind: 'answer', body: '{}' })
  })

  it('may come in pieces, after an interim answer', async () => {
    const airwallex = await server((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      socket.write('2\r\n{"\r\n')
      socket.end('4\r\na":1\r\n1\r\n}\r\n0\r\n\r\n')
    })
    expect(await post(airwallex.origin)).toMatchObject({ kind: 'answer', status: 200, body: '{"a":1}' })
  })
})

describe('a request whose answer is lost', () => {
  const cut = (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"refresh_token":')
  const faults: [string, (socket: net.Socket) => void, string][] = [
    ['reset after the request', (socket) => socket.resetAndDestroy(), 'reset'],
    ['closed after the request', (socket) => socket.end(), 'closed'],
    ['not HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), 'not_http'],
    ['cut in the body', cut, 'truncated'],
    ['cut in the header', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'), 'closed'],
    [
      'cut in a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n50\r\n{"a"'),
      'truncated',
    ],
    ['over the cap', (socket) => respond(socket, 200, 'x'.repeat(64 * 1024 + 1)), 'too_large'],
    [
      'a bomb',
      (socket) => respond(socket, 200, gzipSync(Buffer.alloc(10_000_000)), { 'content-encoding': 'gzip' }),
      'too_large',
    ],
    ['of an unknown encoding', (socket) => respond(socket, 200, 'x', { 'content-encoding': 'zstd' }), 'bad_encoding'],
    ['badly encoded', (socket) => respond(socket, 200, 'not gzip', { 'content-encoding': 'gzip' }), 'bad_encoding'],
    [
      'switching protocols',
      (socket) => socket.write('HTTP/1.1 101 X\r\nupgrade: h\r\nconnection: upgrade\r\n\r\n'),
      'closed',
    ],
    ['an endless header', (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`), 'not_http'],
  ]
  it.each(faults)('says so when it is %s', async (_what, behavior, detail) => {
    const airwallex = await server(behavior)
    expect(await post(airwallex.origin)).toEqual({ kind: 'no_answer', detail })
    expect(airwallex.requests).toHaveLength(1)
  })

  it('takes an endless body only up to the cap', async () => {
    const airwallex = await server((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(16_384, 'x')));
      }
      socket.on('drain', more)
      more()
    })
    expect(await post(airwallex.origin)).toEqual({ kind: 'no_answer', detail: 'too_large' })
  })

  it.each([false, true])('resets the raw connection of a silent server when time is over (TLS: %s)', async (secure) => {
    const airwallex = await server(() => {}, { secure })
    expect(await post(airwallex.origin, { timeoutMs: 150 })).toEqual({ kind: 'no_answer', detail: 'timeout' })
    expect(await airwallex.ended).toBe('ECONNRESET')
  })

  it('does not let a dripping server stretch the time', async () => {
    const airwallex = await server((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      const drip = setInterval(() => socket.write('x'), 10)
      socket.on('close', () => clearInterval(drip))
    })
    expect(await post(airwallex.origin, { timeoutMs: 150 })).toEqual({ kind: 'no_answer', detail: 'timeout' })
  })
})
