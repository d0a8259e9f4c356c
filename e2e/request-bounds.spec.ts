import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from './fixtures'
import { origins } from './origins'

// Web as it is deployed bounds a request before Next or proxy.ts sees it (scripts/request-bounds.mjs).

const MB = 1024 * 1024
/** A page, a route past proxy.ts, a hashed asset, and an address that does not exist. */
const PATHS = ['/sign-in', '/api/airwallex/webhook', '/_next/static/x', '/nothing-here']

/** Sends bytes as no client would, keeps its own side open, and reads until web closes. */
async function untilClosed(path: string, headers: string, pieces: readonly string[] = []): Promise<string> {
  const { hostname, port, host } = new URL(origins.app)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  // Web may close while bytes are still on their way to it.
  socket.on('error', () => {})
  const head = `POST ${path} HTTP/1.1\nhost: ${host}\norigin: ${origins.app}\n${headers}\n\n`
  socket.write(head.replaceAll('\n', '\r\n'))
  for (const piece of pieces) socket.write(piece)
  const answer = await text(socket).catch(() => '')
  socket.destroy()
  return answer
}

/** How much of 100 MB web lets a client send in chunks before it closes. */
async function takenOf100MB(method: string, path: string): Promise<number> {
  const { hostname, port, host } = new URL(origins.app)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  socket.resume()
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const head = `${method} ${path} HTTP/1.1\nhost: ${host}\norigin: ${origins.app}\ntransfer-encoding: chunked\n\n`
  socket.write(head.replaceAll('\n', '\r\n'))
  const chunk = `${MB.toString(16)}\r\n${'x'.repeat(MB)}\r\n`
  let left = 100
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      left--
      if (!socket.write(chunk)) return
    }
    if (left === 0) socket.end('0\r\n\r\n')
  }
  socket.on('drain', more)
  more()
  await closed
  return socket.bytesWritten - socket.writableLength
}

for (const path of PATHS) {
  test(`an announced body of 100 MB is answered 413 before it is sent, and the connection ends: ${path}`, async () => {
    const answer = await untilClosed(path, 'content-length: 104857600')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  })

  for (const method of ['POST', 'GET']) {
    test(`100 MB in chunks are not read to the end: ${method} ${path}`, async () => {
      expect(await takenOf100MB(method, path)).toBeLessThan(100 * MB)
    })
  }
}

test('a body that is held back ends its connection within the bound', async () => {
  test.setTimeout(120_000) // The bound is 30 s and the next check; Node's own default is 300 s.
  const answers = await Promise.all(PATHS.map((path) => untilClosed(path, 'content-length: 900', ['abc'])))
  for (const answer of answers) expect(answer).not.toMatch(/^HTTP\/1\.1 [23]/)
})
