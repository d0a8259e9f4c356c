// Node takes these methods; a `Request` of fetch's, as Next makes of each request, throws.
import { Server } from 'node:http'

const REFUSED = new Set(['TRACE', 'TRACK', 'CONNECT'])

/** Answers 405 to methods that Next cannot even look at. Called once a process, before a server listens. */
export function refuseMethods() {
  const { emit } = Server.prototype
  Server.prototype.emit = function (event, ...args) {
    const [request, response] = args
    if (event !== 'request' || !REFUSED.has(request.method)) return emit.call(this, event, ...args)
    response.writeHead(405, { allow: 'GET, HEAD, POST', 'content-length': 0, 'cache-control': 'no-store' }).end()
    return true
  }
}
