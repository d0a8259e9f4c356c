import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './loopback-certificate'

/**
 * A server in a thread of its own, which answers while this one stands still. The first request is announced by
 * `received`; `answered` then waits, without turning this thread's event loop, until the whole answer has been sent.
 */
export async function otherThreadServer(pieces: readonly string[], { secure = false } = {}) {
  const sent = new Int32Array(new SharedArrayBuffer(4))
  const workerData = { pieces, sent, tls: secure ? { key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE } : null }
  const worker = new Worker(SERVER, { eval: true, workerData })
  const [port] = (await once(worker, 'message')) as [number]
  return {
    origin: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    received: once(worker, 'message'),
    answered: () => Atomics.wait(sent, 0, 0),
    close: () => worker.terminate(),
  }
}

const SERVER = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { pieces, sent, tls } = workerData
  const accept = (socket) => {
    socket.on('error', () => {})
    socket.once('data', async () => {
      parentPort.postMessage('received')
      for (const piece of pieces) await new Promise((resolve) => socket.write(piece, 'latin1', resolve))
      socket.end(() => {
        Atomics.store(sent, 0, 1)
        Atomics.notify(sent, 0)
      })
    })
  }
  const server = tls ? require('node:tls').createServer(tls, accept) : require('node:net').createServer(accept)
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`
