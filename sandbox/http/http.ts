import type { IncomingMessage, ServerResponse } from 'node:http'

const BODY_LIMIT_BYTES = 256 * 1024
/** Tests order thousands of grants at once. */
export const CONTROL_BODY_LIMIT_BYTES = 32 * 1024 * 1024

/** The body as text; `null` when the client went away or was answered 413. */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limitBytes = BODY_LIMIT_BYTES,
): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limitBytes) chunks.push(chunk)
      else {
        request.removeAllListeners('data')
        response.writeHead(413, { connection: 'close' }).end()
        resolve(null)
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
  })
}

/** The parameters of a form that was posted as HTML forms are. */
export async function readForm(request: IncomingMessage, response: ServerResponse): Promise<URLSearchParams | null> {
  const body = await readBody(request, response)
  return body === null ? null : new URLSearchParams(body)
}
