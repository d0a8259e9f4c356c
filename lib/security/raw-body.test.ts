import { describe, expect, it } from 'vitest'
import { readRawBody } from './raw-body'

const request = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

/** Chunks without end, and how many were taken. */
function endless(chunk: Uint8Array) {
  const taken = { count: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken.count += 1
      controller.enqueue(chunk)
    },
    cancel() {
      taken.cancelled = true
    },
  })
  return { stream, taken }
}

describe('readRawBody', () => {
  it('gives the bytes as they came', async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256)
    const body = await readRawBody(request(bytes), 300)
    expect(body.kind === 'read' && Buffer.from(body.bytes).equals(Buffer.from(bytes))).toBe(true)
    expect(await readRawBody(request(''), 10)).toMatchObject({ kind: 'read', bytes: { byteLength: 0 } })
  })

  it('refuses one byte more than the cap, announced or not', async () => {
    expect(await readRawBody(request('x'.repeat(11)), 10)).toEqual({ kind: 'too_large' })
    expect(await readRawBody(request('x', { 'content-length': '100000000' }), 10)).toEqual({ kind: 'too_large' })
    expect(await readRawBody(request('x'.repeat(10)), 10)).toMatchObject({ kind: 'read' })
  })

  it('stops reading a body that never ends', async () => {
    const { stream, taken } = endless(new Uint8Array(1_024))
    expect(await readRawBody(request(stream), 64 * 1_024)).toEqual({ kind: 'too_large' })
    expect(taken.cancelled).toBe(true)
    expect(taken.count).toBeLessThan(70)
  })

  it('notices a body that is cut off', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(3))
        controller.error(new Error('reset'))
      },
    })
    expect(await readRawBody(request(stream), 10)).toEqual({ kind: 'cut_off' })
  })
})
