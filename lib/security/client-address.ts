import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'

type RequestHeaders = { get(name: string): string | null }

const HEADER = 'x-forwarded-for'
const ip = z.union([z.ipv4(), z.ipv6()])

/**
 * The client's address, in `X-Forwarded-For` as `appendPeerAddress` completes it: the last entry is who connected to this
 * process, each trusted proxy vouches for the one before its own, and what stands further left is anyone's claim.
 * @param trustedProxies how many proxies stand before the application (TRUSTED_PROXIES).
 * @returns an IPv4 or IPv6 address; null where what stands there is none, such as for a Unix socket.
 */
export function clientAddress(headers: RequestHeaders, trustedProxies: number): string | null {
  const entries = headers.get(HEADER)?.split(',') ?? []
  return address(entries.at(-1 - trustedProxies) ?? '')
}

/** Without a port, brackets, zone and the IPv6 spelling of an IPv4 address, so that one client is written in one way. */
function address(entry: string): string | null {
  const text = entry.trim()
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const plain = bare.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '')
  return ip.safeParse(plain).success ? plain.toLowerCase() : null
}

/**
 * Notes with every request who sent it. Next hands on no socket, and takes `X-Forwarded-For` from anyone who sends one; Node
 * publishes each request here before its server sees it. Called once a process, at start.
 */
export function appendPeerAddress(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
    const claimed = request.headers[HEADER]
    const peer = request.socket.remoteAddress ?? 'unknown'
    request.headers[HEADER] = claimed === undefined ? peer : `${claimed}, ${peer}`
  })
}
