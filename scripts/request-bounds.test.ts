import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { boundRequests } from './request-bounds.mjs'

// The bounds of production, made small.
boundRequests({ maxBodyBytes: 1_000, headersMs: 300, requestMs: 300, checkEveryMs: 20 })

let server: Server
let handled: string[] = []
let bytesRead = 0
let received: Promise<number> = Promise.resolve(0)

beforeAll(async () => {
  server = createServer(async (request, response) => {
    handled.push(request.method ?? '')
    request.on('error', () => {})
    if (request.url === '/unread') {
      const { socket } = request
      received = new Promise((resolve) => socket.once('close', () => resolve(socket.bytesRead)))
      response.end('ok')
      return
    }
    request.on('data', (chunk: Buffer) => {
      bytesRead += chunk.length
    })
    request.on('end', () => response.end('ok'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())
beforeEach(() => {
  handled = []
  bytesRead = 0
})

/** Sends bytes as no client would, and reads the answer until the server closes. */
async function raw(...pieces: string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  // What is sent after the server has closed is refused: that is what is tested.
  socket.on('error', () => {})
  for (const piece of pieces) socket.write(piece.replaceAll('\n', '\r\n'))
  return text(socket).catch(() => '')
}

const post = (headers: string) => `POST / HTTP/1.1\nhost: a.test\nconnection: close\n${headers}\n\n`

it('lets a small body through, with a length and without one', async () => {
  expect(await raw(post('content-length: 3'), 'abc')).toContain(' 200 ')
  expect(await raw(post('transfer-encoding: chunked'), '3\nabc\n0\n\n')).toContain(' 200 ')
  expect(bytesRead).toBe(6)
})

it('answers 413 to an announced body that is too large, at once and without reading it', async () => {
  expect(await raw(post('content-length: 104857600'))).toMatch(/^HTTP\/1\.1 413 /)
  expect(handled).toEqual([])
})

it('cuts a chunked body that grows too large', async () => {
  const chunk = `200\n${'x'.repeat(512)}\n`
  const answer = await raw(post('transfer-encoding: chunked'), chunk, chunk, chunk, chunk, chunk)
  expect(answer === '' || answer.includes(' 413 ')).toBe(true)
  expect(answer).not.toContain(' 200 ')
  expect(bytesRead).toBeLessThanOrEqual(1_000)
})

it('reads no more of a chunked body once the request is answered', async () => {
  const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  socket.on('error', () => {})
  socket.write('GET /unread HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n')
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain(' 200 ')
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  for (let sent = 0; sent < 128; sent++) socket.write(chunk)
  socket.end('0\r\n\r\n')
  expect(await received).toBeLessThan(chunk.length)
})

it('ends a request whose body is held back', async () => {
  expect(await raw(post('content-length: 900'), 'abc')).toMatch(/^HTTP\/1\.1 408 /)
})

it('ends a request whose headers are held back', async () => {
  expect(await raw('POST / HTTP/1.1\nhost: a.test\n')).toMatch(/^HTTP\/1\.1 408 /)
})

it('answers 405 to TRACE', async () => {
  expect(await raw('TRACE / HTTP/1.1\nhost: a.test\nconnection: close\n\n')).toMatch(/^HTTP\/1\.1 405 /)
  expect(handled).toEqual([])
})
