import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

export type BodyRead =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'truncated' | 'too_large' | 'bad_encoding' }

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

/** UTF-8 without its byte order mark, which JSON.parse refuses. */
const asText = (body: Buffer) => new TextDecoder().decode(body)

const isCoded = (name: string): name is keyof typeof DECODERS => Object.hasOwn(DECODERS, name)

/**
 * Reads a body as text, at most `maxBytes` as sent and again after decoding (a few kilobytes of gzip can hold ten
 * megabytes). We ask for no encoding, but a token answer that comes encoded all the same must not be lost.
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<BodyRead> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) return { kind: 'too_large' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: 'truncated' }
  }
  if (!response.complete) return { kind: 'truncated' }
  return decode(
    Buffer.concat(chunks),
    (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase(),
    maxBytes,
  )
}

async function decode(body: Buffer, encoding: string, maxBytes: number): Promise<BodyRead> {
  if (encoding === 'identity' || encoding === '' || body.length === 0) return { kind: 'read', text: asText(body) }
  if (!isCoded(encoding)) return { kind: 'bad_encoding' }
  try {
    const decoded = await DECODERS[encoding](body, { maxOutputLength: maxBytes })
    return { kind: 'read', text: asText(decoded) }
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return { kind: tooLarge ? 'too_large' : 'bad_encoding' }
  }
}
