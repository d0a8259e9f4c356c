export type RawBody =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'cut_off' }

/** Reads a body as it came and stops at the cap, whatever `content-length` says or how long the chunks go on. */
export async function readRawBody(request: Pick<Request, 'body' | 'headers'>, maxBytes: number): Promise<RawBody> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { kind: 'too_large' }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      size += part.value.byteLength
      if (size > maxBytes) {
        await reader?.cancel()
        return { kind: 'too_large' }
      }
      chunks.push(part.value)
    }
  } catch {
    return { kind: 'cut_off' }
  }
  return { kind: 'read', bytes: Buffer.concat(chunks) }
}
