import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendPeerAddress, clientAddress } from './client-address'

const headers = (forwarded: string | null) => new Headers(forwarded === null ? {} : { 'x-forwarded-for': forwarded })

describe('the address of a client', () => {
  it.each([
    ['is who connected, where no proxy is trusted', '203.0.113.9, 198.51.100.4', 0, '198.51.100.4'],
    ['is what the one proxy saw', '203.0.113.9, 198.51.100.4', 1, '203.0.113.9'],
    ['is what the outer of two proxies saw', '203.0.113.9, 10.0.0.1, 10.0.0.2', 2, '203.0.113.9'],
    ['is not what a client claims before its proxy', '1.1.1.1, 203.0.113.9, 10.0.0.1', 1, '203.0.113.9'],
    ['is not what a client claims without a proxy', '1.1.1.1, 203.0.113.9', 0, '203.0.113.9'],
    ['is unknown where fewer proxies passed it on than are trusted', '203.0.113.9', 1, null],
    ['is unknown without the header', null, 0, null],
    ['is unknown where it is no address', 'unknown', 0, null],
    ['is unknown where it is text', 'evil\\n{"level":30}, 10.0.0.1', 1, null],
    ['has no port', '203.0.113.9:4711', 0, '203.0.113.9'],
    ['has no brackets', '[2001:DB8::1]:4711', 0, '2001:db8::1'],
    ['has no zone', 'fe80::1%eth0', 0, 'fe80::1'],
    ['is IPv4 where a dual-stack socket spells it as IPv6', '::ffff:203.0.113.9', 0, '203.0.113.9'],
  ])('%s', (_title, forwarded, trustedProxies, expected) => {
    expect(clientAddress(headers(forwarded), trustedProxies)).toBe(expected)
  })
})

describe('a server of this process', () => {
  const server = createServer((incoming, answer) => answer.end(String(incoming.headers['x-forwarded-for'])))
  beforeAll(async () => {
    appendPeerAddress()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => void server.close())

  const told = (sent: Record<string, string | string[]>) =>
    new Promise<string>((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      request({ host: '127.0.0.1', port, headers: sent }, (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve(text))
      })
        .on('error', reject)
        .end()
    })

  it('sees the peer behind what the peer claims', async () => {
    expect(await told({})).toBe('127.0.0.1')
    expect(await told({ 'x-forwarded-for': '203.0.113.9' })).toBe('203.0.113.9, 127.0.0.1')
    expect(await told({ 'x-forwarded-for': ['1.1.1.1', '203.0.113.9'] })).toBe('1.1.1.1, 203.0.113.9, 127.0.0.1')
  })
})
