// What web takes from a client before Next looks at it. `next start` leaves Node's defaults: five minutes for a request, any
// size, and methods that Next cannot turn into a `Request` of fetch's.
import { IncomingMessage, Server } from 'node:http'

const REFUSED_METHODS = new Set(['TRACE', 'TRACK', 'CONNECT'])

/** The largest cap of a route (`proxyClientMaxBodySize`); most take 64 KiB. */
const MAX_BODY_BYTES = 1024 * 1024

/**
 * Bounds every HTTP server of this process. Call it once, before a server listens.
 * @param {{ maxBodyBytes?: number, headersMs?: number, requestMs?: number, checkEveryMs?: number }} [bounds] `requestMs` is
 * from the first byte of a request to the last one of its body; what is late is answered 408 at the next check.
 */
export function boundRequests({
  maxBodyBytes = MAX_BODY_BYTES,
  headersMs = 10_000,
  requestMs = 30_000,
  checkEveryMs = 5_000,
} = {}) {
  const { emit } = Server.prototype
  Server.prototype.emit = function (event, ...args) {
    if (event === 'listening') {
      // Node reads these when it begins to look for late connections, which is at this event.
      Object.assign(this, {
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        connectionsCheckingInterval: checkEveryMs,
      })
    }
    if (event !== 'request') return emit.call(this, event, ...args)
    const [request, response] = args
    if (REFUSED_METHODS.has(request.method)) {
      response.writeHead(405, { allow: 'GET, HEAD, POST', 'content-length': 0, 'cache-control': 'no-store' }).end()
      return true
    }
    if (Number(request.headers['content-length']) > maxBodyBytes) {
      refuseBody(request, response)
      return true
    }
    capBody(request, response, maxBodyBytes)
    return emit.call(this, event, ...args)
  }
}

/** A chunked body says no length: it is counted as it arrives, and cut. */
function capBody(request, response, maxBodyBytes) {
  if (request.headers['transfer-encoding'] === undefined) return
  let taken = 0
  request.push = function (chunk, encoding) {
    taken += chunk?.length ?? 0
    if (taken <= maxBodyBytes) return IncomingMessage.prototype.push.call(this, chunk, encoding)
    refuseBody(request, response)
    return false
  }
  // Once a request is answered, Node discards the rest of a body that no one reads, past `push` and without end.
  response.once('finish', () => {
    if (!request.complete) request.socket.destroySoon()
  })
}

/** Nothing more is read: what is still on its way would only keep the connection. */
function refuseBody(request, response) {
  const { socket } = request
  if (response.headersSent) return void socket.destroy()
  response
    .writeHead(413, { connection: 'close', 'content-length': 0, 'cache-control': 'no-store' })
    .end(() => socket.destroySoon())
}
