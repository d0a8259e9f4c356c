import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyWebhookSignature, WEBHOOK_TOLERANCE_MS, type WebhookDelivery } from './webhook-signature'

const now = new Date('2026-11-23T12:00:00.000Z')
const timestamp = String(now.getTime())
const secret = 'whsec_current-secret'
const body = '{"id":"evt_1","name":"connection.disconnected","data":{"name":"Zürich"}}'

const sign = (text: string | Uint8Array, key = secret, at = timestamp) =>
  createHmac('sha256', key).update(at).update(text).digest('hex')

function verify(headers: [string, string][], changes: Partial<WebhookDelivery> = {}) {
  return verifyWebhookSignature({
    rawBody: new TextEncoder().encode(body),
    headers: new Headers(headers),
    secrets: [secret],
    now,
    ...changes,
  })
}

const signed: [string, string][] = [
  ['x-timestamp', timestamp],
  ['x-signature', sign(body)],
]

describe('verifyWebhookSignature', () => {
  it('accepts what Airwallex signed', () => {
    expect(verify(signed)).toEqual({ kind: 'verified', webhook: { body, sentAt: now } })
  })

  it('agrees with a signature computed by hand', () => {
    // printf '%s' '1700000000000{"a":1}' | openssl dgst -sha256 -hmac whsec_fixed
    const signature = '81adc0f8ec1c07b0e86a50e93bcb11529cb7766c12543b98fc2d90df7de49f5f'
    const outcome = verify(
      [
        ['x-timestamp', '1700000000000'],
        ['x-signature', signature],
      ],
      { rawBody: new TextEncoder().encode('{"a":1}'), secrets: ['whsec_fixed'], now: new Date(1_700_000_000_000) },
    )
    expect(outcome.kind).toBe('verified')
  })

  it('accepts the old and the new secret while one replaces the other', () => {
    expect(verify(signed, { secrets: ['whsec_next', secret] }).kind).toBe('verified')
    expect(verify(signed, { secrets: [secret, 'whsec_next'] }).kind).toBe('verified')
    expect(verify(signed, { secrets: ['whsec_next'] })).toEqual({ kind: 'refused', reason: 'signature' })
    expect(verify(signed, { secrets: [] })).toEqual({ kind: 'refused', reason: 'signature' })
  })

  const [time, signature] = signed as [[string, string], [string, string]]
  const refused: [string, [string, string][], string][] = [
    ['no headers', [], 'timestamp'],
    ['no timestamp', [signature], 'timestamp'],
    ['no signature', [time], 'signature'],
    ['two timestamps', [time, time, signature], 'timestamp'],
    ['two signatures', [time, signature, signature], 'signature'],
    ['an upper-case signature', [time, ['x-signature', sign(body).toUpperCase()]], 'signature'],
    ['a signature with a prefix', [time, ['x-signature', `sha256=${sign(body)}`]], 'signature'],
    ['a shorter signature', [time, ['x-signature', sign(body).slice(0, 62)]], 'signature'],
    ['a longer signature', [time, ['x-signature', `${sign(body)}00`]], 'signature'],
    ['an empty signature', [time, ['x-signature', '']], 'signature'],
    ['base64', [time, ['x-signature', Buffer.from(sign(body), 'hex').toString('base64')]], 'signature'],
    ["another secret's signature", [time, ['x-signature', sign(body, 'whsec_other')]], 'signature'],
    ['a signature of another time', [['x-timestamp', String(now.getTime() + 1)], signature], 'signature'],
    [
      'seconds',
      [
        ['x-timestamp', timestamp.slice(0, 10)],
        ['x-signature', sign(body, secret, timestamp.slice(0, 10))],
      ],
      'timestamp',
    ],
    [
      'a fraction',
      [
        ['x-timestamp', `${timestamp}.5`],
        ['x-signature', sign(body, secret, `${timestamp}.5`)],
      ],
      'timestamp',
    ],
    [
      'a word',
      [
        ['x-timestamp', 'now'],
        ['x-signature', sign(body, secret, 'now')],
      ],
      'timestamp',
    ],
  ]
  it.each(refused)('refuses %s', (_what, headers, reason) => {
    expect(verify(headers)).toEqual({ kind: 'refused', reason })
  })

  it('refuses the body after any change of any byte', () => {
    const bytes = new TextEncoder().encode(body)
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (index, mask) => {
        const changed = Uint8Array.from(bytes)
        changed[index] = (changed[index] ?? 0) ^ mask
        expect(verify(signed, { rawBody: changed })).toEqual({ kind: 'refused', reason: 'signature' })
      }),
    )
  })

  it('signs bytes, not meaning: the same JSON in another order or spacing is refused', () => {
    const parsed = JSON.parse(body)
    const reordered = JSON.stringify({ name: parsed.name, id: parsed.id, data: parsed.data })
    for (const text of [reordered, JSON.stringify(parsed, null, 1), `${body}\n`]) {
      expect(verify(signed, { rawBody: new TextEncoder().encode(text) }).kind).toBe('refused')
    }
  })

  it('cannot be moved between timestamp and body', () => {
    const shifted = `${timestamp.slice(-1)}${body}`
    const headers: [string, string][] = [['x-timestamp', timestamp.slice(0, -1)], signature]
    expect(verify(headers, { rawBody: new TextEncoder().encode(shifted) }).kind).toBe('refused')
  })

  it('refuses what is too old or too far ahead for four days of tolerance', () => {
    const at = (offset: number) => verify(signed, { now: new Date(now.getTime() + offset) })
    expect(at(WEBHOOK_TOLERANCE_MS).kind).toBe('verified')
    expect(at(WEBHOOK_TOLERANCE_MS + 1)).toEqual({ kind: 'refused', reason: 'stale' })
    expect(at(-WEBHOOK_TOLERANCE_MS - 1)).toEqual({ kind: 'refused', reason: 'stale' })
    // A retry, which Airwallex may send for three days, passes.
    expect(at(3 * 86_400_000).kind).toBe('verified')
  })
})
