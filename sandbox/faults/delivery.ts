import type { ServerResponse } from 'node:http'
import type { Answer } from '../http/answer'
import type { Fault } from './fault'

/** Whether all of the answer was handed to the network before the client went away. */
export type Delivered = boolean

const HUGE_BYTES = 10 * 1024 * 1024

/** Writes an answer, or what a fault makes of it. Resolves when the exchange is over. */
export async function deliver(response: ServerResponse, answer: Answer, fault: Fault | null): Promise<Delivered> {
  const socket = response.socket
  if (!socket || socket.destroyed) return false
  switch (fault?.kind) {
    case 'drop_before':
    case 'drop_after':
      socket.destroy()
      return false
    case 'reset_before':
    case 'reset_after':
      socket.resetAndDestroy()
      return false
    case 'hang':
      await closed(response)
      return false
    case 'truncate': {
      const bytes = Buffer.from(answer.body)
      response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length })
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket.end(() => socket.destroy()))
      await closed(response)
      return false
    }
    case 'wrong_length': {
      // Announces less than it sends: the client reads JSON that stops early, and stray bytes behind it.
      const bytes = Buffer.from(answer.body)
      socket.end(Buffer.concat([Buffer.from(head(answer, Math.max(0, bytes.length - 9))), bytes]), () =>
        socket.destroy(),
      )
      await closed(response)
      return true
    }
    case 'slow_drip':
      return drip(response, answer, fault.delayMs ?? 200)
    default:
      return send(response, answer)
  }
}

/** The body that a fault puts in place of the real one. */
export function disfigure(answer: Answer, fault: Fault, presentedRefreshToken: string | null): Answer {
  switch (fault.kind) {
    case 'malformed_json':
      return { ...answer, body: `${answer.body.slice(0, -1)},,"` }
    case 'html':
      return replaced(answer, 'text/html; charset=utf-8', '<!doctype html><title>Bad gateway</title><h1>502</h1>')
    case 'empty':
      return { ...answer, body: '' }
    case 'null_body':
      return { ...answer, body: 'null' }
    case 'array_body':
      return { ...answer, body: '[]' }
    case 'huge':
      return { ...answer, body: JSON.stringify({ ...answer.json, padding: 'x'.repeat(HUGE_BYTES) }) }
    case 'missing_field': {
      const { [fault.field ?? '']: _, ...rest } = answer.json ?? {}
      return { ...answer, body: JSON.stringify(rest) }
    }
    case 'replace_field':
      return {
        ...answer,
        body: JSON.stringify({ ...answer.json, [fault.field ?? '']: replacement(fault, presentedRefreshToken) }),
      }
    default:
      return answer
  }
}

function replacement({ value }: Fault, presentedRefreshToken: string | null): unknown {
  const isReference = typeof value === 'object' && value !== null && !Array.isArray(value) && 'from' in value
  return isReference && value.from === 'presented_refresh_token' ? presentedRefreshToken : (value ?? null)
}

function replaced(answer: Answer, contentType: string, body: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'content-type': contentType }, body }
}

function head(answer: Answer, contentLength: number): string {
  const headers = Object.entries({ ...answer.headers, 'content-length': contentLength, connection: 'close' })
  return `HTTP/1.1 ${answer.status} OK\r\n${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`
}

function send(response: ServerResponse, answer: Answer): Promise<Delivered> {
  const done = closed(response)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  response.end(answer.body)
  return done
}

async function drip(response: ServerResponse, answer: Answer, pauseMs: number): Promise<Delivered> {
  const bytes = Buffer.from(answer.body)
  const done = closed(response)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length })
  for (const byte of bytes) {
    if (response.destroyed) return false
    response.write(Uint8Array.of(byte))
    await waitOrGone(response, pauseMs)
  }
  response.end()
  return done
}

function closed(response: ServerResponse): Promise<Delivered> {
  return new Promise((resolve) => {
    response.once('finish', () => resolve(true))
    response.once('close', () => resolve(response.writableFinished))
  })
}

/** `false` when the client went away first. */
export function waitOrGone(response: ServerResponse, milliseconds: number): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  return new Promise((resolve) => {
    const gone = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      response.off('close', gone)
      resolve(true)
    }, milliseconds)
    response.once('close', gone)
  })
}
