import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { respond, startFaultServer } from './testing/fault-server'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './testing/loopback-certificate'
import { post } from './testing/post'
import { faultServers } from './testing/servers'
import { ConnectError, connect } from './transport'

const server = faultServers()
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('a request that is provably not sent', () => {
  it('is not written when the guard forbids it or throws', async () => {
    const airwallex = await server((socket) => respond(socket, 200, '{}'))
    const forbid = { mayWrite: () => false }
    const fail = {
      mayWrite: (): boolean => {
        throw new Error('no clock')
      },
    }
    expect(await post(airwallex.origin, forbid)).toEqual({ kind: 'not_sent' })
    expect(await post(airwallex.origin, fail)).toEqual({ kind: 'not_sent' })
    await airwallex.ended
    expect(airwallex.requests).toHaveLength(0)
  })

  it('is not written to a connection that the server closed meanwhile', async () => {
    const airwallex = await server(() => {})
    const url = new URL(airwallex.origin)
    const idle = await server(() => {}, { onConnection: (socket) => socket.end() })
    const connection = await connect(new URL(idle.origin), { connectMs: 60_000 })
    await idle.ended
    const request = { method: 'POST', url, headers: {}, body: 'x', timeoutMs: 60_000, maxBodyBytes: 10 } as const
    expect(await connection.send(request)).toEqual({ kind: 'not_sent' })
  })

  it('serves one request a connection, and none after close', async () => {
    const airwallex = await server((socket) => respond(socket, 200, '{}'))
    const url = new URL(airwallex.origin)
    const request = { method: 'GET', url, headers: {}, timeoutMs: 60_000, maxBodyBytes: 10 } as const
    const used = await connect(url, { connectMs: 60_000 })
    expect(await used.send(request)).toMatchObject({ kind: 'answer' })
    expect(await used.send(request)).toEqual({ kind: 'not_sent' })
    const closed = await connect(url, { connectMs: 60_000 })
    closed.close()
    expect(await closed.send(request)).toEqual({ kind: 'not_sent' })
    expect(airwallex.requests).toHaveLength(1)
  })

  it('is not sent with a header that HTTP cannot carry', async () => {
    const airwallex = await server((socket) => respond(socket, 200, '{}'))
    const headers = { authorization: 'Bearer a\r\nx-injected: 1' }
    expect(await post(airwallex.origin, { headers })).toEqual({ kind: 'not_sent' })
    expect(airwallex.requests).toHaveLength(0)
  })
})

describe('the guard', () => {
  it.each([false, true])('leaves with the bytes in one synchronous turn (TLS: %s)', async (secure) => {
    // The server lives in a thread of its own, so it can see the request while this thread is held fast right after
    // the turn in which the guard was asked.
    const arrived = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(
      `const { workerData: { arrived, key, cert }, parentPort } = require('node:worker_threads')
       let seen = ''
       const accept = (socket) => socket.on('error', () => {}).on('data', (chunk) => {
         seen += chunk
         if (!seen.includes('token=sentinel')) return
         Atomics.store(arrived, 0, 1)
         Atomics.notify(arrived, 0)
         socket.end('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\n{}')
       })
       const server = key ? require('node:tls').createServer({ key, cert }, accept) : require('node:net').createServer(accept)
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
      { eval: true, workerData: { arrived, ...(secure ? { key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE } : {}) } },
    )
    closing.push(() => worker.terminate())
    const port = await new Promise<number>((resolve) => worker.once('message', resolve))
    let sawRequest = 'guard not asked'
    const mayWrite = () => {
      queueMicrotask(() => {
        sawRequest = Atomics.wait(arrived, 0, 0, 2_000)
      })
      return true
    }
    const origin = `${secure ? 'https' : 'http'}://127.0.0.1:${port}`
    const answer = await post(origin, { body: 'token=sentinel', mayWrite, timeoutMs: 60_000 })
    // 'not-equal': it had arrived before the wait began.
    expect(['ok', 'not-equal']).toContain(sawRequest)
    expect(answer).toMatchObject({ kind: 'answer', status: 200 })
  })
})

describe('a connection that cannot be opened', () => {
  async function failure(origin: string, options: Partial<Parameters<typeof connect>[1]> = {}) {
    const error: unknown = await connect(new URL(origin), { connectMs: 60_000, ...options }).catch((reason) => reason)
    if (!(error instanceof ConnectError)) throw new Error('expected a ConnectError', { cause: error })
    return error.detail
  }

  it('is reported when no one listens', async () => {
    const gone = await startFaultServer(() => {})
    await gone.close()
    expect(await failure(gone.origin)).toBe('unreachable')
  })

  it('is reported when the name does not exist', async () => {
    expect(await failure('https://airwallex.invalid')).toBe('unreachable')
  })

  it('is reported when the certificate is not trusted, and when there is none', async () => {
    const secure = await server(() => {}, { secure: true })
    const plain = await server((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await failure(secure.origin)).toBe('tls')
    expect(await failure(plain.origin.replace('http:', 'https:'), { connectMs: 300 })).toMatch(/tls|timeout/)
    expect(secure.requests).toHaveLength(0)
  })

  it('is given up in time when the handshake stalls', async () => {
    const silent = await server(() => {})
    expect(await failure(silent.origin.replace('http:', 'https:'), { connectMs: 150 })).toBe('timeout')
  })
})
