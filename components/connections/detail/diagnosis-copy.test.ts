import { describe, expect, it } from 'vitest'
import type { Evidence } from '@/lib/diagnosis/views'
import { CERTAINTIES, evidenceInWords } from './diagnosis-copy'

const at = new Date('2026-11-23T12:00:00Z')
const rejected = { kind: 'refresh_rejected', at, generation: 7, repairs: 0, lateProbe: false } as const
const event = { kind: 'disconnect_event', at, name: 'connection.disconnected', reason: null } as const
const EVERY: readonly Evidence[] = [
  rejected,
  { ...rejected, lateProbe: true },
  { kind: 'refresh_unresolved', at, generation: 7, repairs: 2 },
  { kind: 'sealed_value_unreadable', at },
  { kind: 'refresh_token_lapsed', at, lastRotatedAt: at },
  event,
  { kind: 'account_status', at, status: 'SUSPENDED', source: 'event' },
  { kind: 'connections_api', at, status: 'DISCONNECTED' },
]

describe('the evidence of a diagnosis', () => {
  it('has a sentence of its own for each kind, without a raw code', () => {
    const sentences = EVERY.map((evidence) => evidenceInWords(evidence).what)
    expect(new Set(sentences).size).toBe(EVERY.length)
    for (const sentence of sentences) expect(sentence).not.toMatch(/_|[A-Z]{4}/)
  })

  it('says how often a token was sent', () => {
    expect(evidenceInWords(rejected).what).toBe('Airwallex rejected the refresh token (sent once)')
    expect(evidenceInWords({ ...rejected, repairs: 2 }).what).toContain('(sent 3 times)')
  })

  it('says what reason Airwallex gave, in its own word where we have none, and that it gave none', () => {
    expect(evidenceInWords(event).note).toContain('no reason')
    expect(evidenceInWords({ ...event, reason: 'user_initiated' }).note).toContain(
      'disconnected by the account’s owner',
    )
    expect(evidenceInWords({ ...event, reason: 'toString' }).note).toBe('Reason given: toString.')
    expect(evidenceInWords({ kind: 'connections_api', at, status: 'NEW_WORD' }).what).toContain('NEW_WORD')
  })

  it('claims no more than is known', () => {
    expect(new Set(Object.values(CERTAINTIES)).size).toBe(3)
    expect(CERTAINTIES.likely).toContain('did not confirm it')
  })
})
