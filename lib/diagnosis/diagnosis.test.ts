import { describe, expect, it } from 'vitest'
import { type DiagnosisFacts, diagnose, type EventFact, type LineageFact } from './diagnosis'

const END = Date.UTC(2026, 10, 20, 12)
const minutes = (count: number) => new Date(END + count * 60_000)
const days = (count: number) => minutes(count * 1_440)

const facts = (
  changes: Partial<DiagnosisFacts> = {},
  ended: Partial<DiagnosisFacts['ended']> = {},
): DiagnosisFacts => ({
  ended: {
    reason: 'refresh_token_rejected',
    at: minutes(0),
    refreshTokenExpiresAt: days(30),
    lastRotatedAt: days(-30),
    ...ended,
  },
  lineage: [],
  events: [],
  connectionsApi: null,
  accountRead: null,
  ...changes,
})
const row = (changes: Partial<LineageFact> = {}): LineageFact => ({
  outcome: 'rejected',
  cause: 'requested',
  generation: 7,
  repairs: 0,
  sentAt: minutes(0),
  committedAt: minutes(0),
  ...changes,
})
const disconnected = (
  name: 'connection.disconnected' | 'partner_connection.disconnected',
  reason: string | null = null,
  occurredAt = minutes(-3),
): EventFact => ({ name, occurredAt, content: { kind: 'disconnected', reason } })
const accountStatus = (status: string, occurredAt = minutes(-3)): EventFact => ({
  name: `account.${status.toLowerCase()}`,
  occurredAt,
  content: { kind: 'account_status_changed', status },
})

describe('diagnose', () => {
  it.each<[string, DiagnosisFacts, string]>([
    ['a first send that was refused, and nothing else', facts({ lineage: [row()] }), 'unknown unknown'],
    [
      'a sealed value that could not be opened',
      facts({ lineage: [row({ outcome: 'unreadable' })] }, { reason: 'sealed_value_unreadable' }),
      'sealed_value_unreadable certain',
    ],
    [
      'a late probe that was refused',
      facts({ lineage: [row({ cause: 'late_probe', repairs: 3 })] }, { reason: 'own_late_use' }),
      'own_late_use certain',
    ],
    [
      'a late probe that was refused, with the events that a reuse causes',
      facts({
        lineage: [row({ cause: 'late_probe', repairs: 3 })],
        events: [disconnected('partner_connection.disconnected'), disconnected('connection.disconnected')],
      }),
      'own_late_use certain',
    ],
    [
      "a late probe that was refused after the owner's own disconnecting",
      facts({
        lineage: [row({ cause: 'late_probe', repairs: 3 })],
        events: [disconnected('partner_connection.disconnected', 'user_initiated')],
      }),
      'disconnected_at_airwallex certain',
    ],
    [
      'a token that was sent after its life',
      facts({ lineage: [row()] }, { refreshTokenExpiresAt: days(-1) }),
      'refresh_token_expired certain',
    ],
    [
      "the owner's disconnecting",
      facts({ events: [disconnected('partner_connection.disconnected', 'user_initiated')], lineage: [row()] }),
      'disconnected_at_airwallex certain',
    ],
    [
      'an event that would have named the owner and did not',
      facts({
        events: [disconnected('partner_connection.disconnected'), disconnected('connection.disconnected')],
        lineage: [row()],
      }),
      'role_lost likely',
    ],
    [
      'an event that names the role',
      facts({ events: [disconnected('partner_connection.disconnected', 'user_role_changed')] }),
      'role_lost certain',
    ],
    [
      'the event that names no reason alone',
      facts({ events: [disconnected('connection.disconnected')], lineage: [row()] }),
      'disconnected_at_airwallex likely',
    ],
    [
      'an event that names no reason, about a token that was sent repeatedly',
      facts({ events: [disconnected('partner_connection.disconnected')], lineage: [row({ repairs: 2 })] }),
      'unknown unknown',
    ],
    [
      'a suspended account',
      facts({ events: [disconnected('partner_connection.disconnected'), accountStatus('SUSPENDED')] }),
      'account_suspended_or_closed certain',
    ],
    [
      'a closed account, by what was read of it',
      facts({ lineage: [row()], accountRead: { status: 'CLOSED', at: minutes(-90) } }),
      'account_suspended_or_closed certain',
    ],
    [
      'an account that was suspended, but active again at the end',
      facts({
        events: [
          disconnected('connection.disconnected', null, minutes(-1)),
          accountStatus('ACTIVE', days(-1)),
          accountStatus('SUSPENDED', days(-2)),
        ],
      }),
      'disconnected_at_airwallex likely',
    ],
    [
      'an account that was suspended only later',
      facts({ lineage: [row()], events: [accountStatus('SUSPENDED', days(1))] }),
      'unknown unknown',
    ],
    [
      "the owner's disconnecting long after the end",
      facts(
        {
          lineage: [row({ outcome: 'unresolved', repairs: 3 })],
          events: [disconnected('partner_connection.disconnected', 'user_initiated', days(2))],
        },
        { reason: 'unresolved' },
      ),
      'unresolved certain',
    ],
    [
      'no event, and a Connections API that calls it disconnected',
      facts({ lineage: [row()], connectionsApi: { status: 'DISCONNECTED', at: minutes(20) } }),
      'disconnected_at_airwallex likely',
    ],
    [
      'a repeated token that was refused while Airwallex calls it connected',
      facts({ lineage: [row({ repairs: 1 })], connectionsApi: { status: 'CONNECTED', at: minutes(20) } }),
      'own_late_use likely',
    ],
    [
      'a repeated token, and a Connections API that calls it disconnected',
      facts({ lineage: [row({ repairs: 1 })], connectionsApi: { status: 'DISCONNECTED', at: minutes(20) } }),
      'unknown unknown',
    ],
  ])('%s', (_name, given, expected) => {
    const { cause, certainty } = diagnose(given)
    expect(`${cause} ${certainty}`).toBe(expected)
  })

  it('brings the evidence as data, and nothing of what came after', () => {
    const { evidence } = diagnose(
      facts(
        {
          lineage: [row(), row({ outcome: 'rotated', committedAt: days(-30) })],
          events: [
            accountStatus('SUSPENDED', days(1)),
            disconnected('partner_connection.disconnected', 'user_initiated'),
          ],
          connectionsApi: { status: 'DISCONNECTED', at: minutes(20) },
          accountRead: { status: 'ACTIVE', at: days(-1) },
        },
        { refreshTokenExpiresAt: minutes(-1) },
      ),
    )
    expect(evidence).toEqual([
      { kind: 'refresh_rejected', at: minutes(0), generation: 7, repairs: 0, lateProbe: false },
      { kind: 'refresh_token_lapsed', at: minutes(-1), lastRotatedAt: days(-30) },
      {
        kind: 'disconnect_event',
        at: minutes(-3),
        name: 'partner_connection.disconnected',
        reason: 'user_initiated',
      },
      { kind: 'account_status', at: days(-1), status: 'ACTIVE', source: 'account_read' },
      { kind: 'connections_api', at: minutes(20), status: 'DISCONNECTED' },
    ])
  })
})
