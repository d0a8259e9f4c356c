import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { otherThreadServer } from './testing/other-thread-server'
import { post } from './testing/post'

// A process that stands still finds its timers due and its answer in the socket, in this order. The only copy of a new
// refresh token may be in there.

const TIMEOUT_MS = 200
let close = async () => {}
afterEach(() => close())

async function answerAfterPause(pieces: readonly string[], secure: boolean) {
  const airwallex = await otherThreadServer(pieces, { secure })
  close = async () => void (await airwallex.close())
  const startedMs = performance.now()
  const answer = post(airwallex.origin, { timeoutMs: TIMEOUT_MS })
  await airwallex.received
  airwallex.answered()
  while (performance.now() < startedMs + 2 * TIMEOUT_MS);
  return answer
}

describe.each([false, true])('an answer that arrived while the process stood still (TLS: %s)', (secure) => {
  it('is read before the time-out is believed', async () => {
    const whole = 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}'
    expect(await answerAfterPause([whole], secure)).toMatchObject({ kind: 'answer', status: 200, body: '{"a":1}' })
  })

  it('is read in all its pieces, up to the most that is taken', async () => {
    const body = JSON.stringify({ padding: 'x'.repeat(60_000) })
    const chunks = body.match(/.{1,1000}/g)?.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`) ?? []
    const pieces = ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', ...chunks, '0\r\n\r\n']
    expect(await answerAfterPause(pieces, secure)).toMatchObject({ kind: 'answer', body })
  })

  it('is decoded, however long that takes', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n'
    const coded = gzipSync('{"a":1}').toString('latin1')
    const answer = await answerAfterPause([head, `${coded.length.toString(16)}\r\n`, coded, '\r\n0\r\n\r\n'], secure)
    expect(answer).toMatchObject({ kind: 'answer', body: '{"a":1}' })
  })

  it('is ambiguous all the same where only a part of it has arrived', async () => {
    const part = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"refresh_token":'
    expect(await answerAfterPause([part], secure)).toMatchObject({ kind: 'no_answer' })
  })
})
