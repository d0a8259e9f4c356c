import type { JournalEntry } from '@/sandbox/state/journal'
import type { Evidence } from '../sandbox-entries'
import type { LineageRow, TrailRow } from '../trail'

const CONNECTION = 'connection'
const START = 1_000_000

const send = (at: number, presented: string, issued: string, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  seq: at,
  at: START + at,
  monotonicMs: at,
  endpoint: 'token',
  method: 'POST',
  path: '/oauth/token',
  grantType: 'refresh_token',
  accountId: 'acct_1',
  grantId: 'g1',
  refreshTokenClass: 'current',
  outcome: 'rotated',
  presentedToken: presented,
  presentedCode: null,
  issuedRefreshToken: issued,
  issuedAccessToken: `access-${issued}`,
  fault: null,
  processed: true,
  status: 200,
  error: null,
  delivered: true,
  durationMs: 10,
  overlaps: 0,
  ...changes,
})

const row = (at: number, changes: Partial<TrailRow>): TrailRow => ({
  at: START + at,
  connectionId: CONNECTION,
  status: 'active',
  reason: null,
  grantNo: 1,
  generation: 1,
  fence: 0,
  sentFence: null,
  sendCount: 0,
  lateProbes: 0,
  firstSentAt: null,
  leaseUntil: null,
  ...changes,
})

const stored = (at: number, generation: number, presented: string, issued: string): LineageRow => ({
  connectionId: CONNECTION,
  grantNo: 1,
  generation,
  cause: 'requested',
  process: 'vm/1',
  outcome: 'rotated',
  repairs: 0,
  committedAt: START + at,
  presentedFingerprint: presented,
  issuedFingerprint: issued,
})

/** Two rotations as they should be: the second is sent twice, since the first answer was lost with its process. */
export const healthy = {
  journal: [
    send(1_100, 'r1', 'r2'),
    send(9_100, 'r2', 'lost'),
    send(15_100, 'r2', 'r3', { refreshTokenClass: 'previous_in_grace' }),
  ],
  trail: [
    row(0, {}),
    row(1_000, { fence: 1 }),
    row(1_020, { fence: 1, sentFence: 1, sendCount: 1, firstSentAt: START + 1_020 }),
    row(1_200, { generation: 2, fence: 1 }),
    row(9_020, { generation: 2, fence: 2, sentFence: 2, sendCount: 1, firstSentAt: START + 9_020 }),
    row(15_020, { generation: 2, fence: 3, sentFence: 3, sendCount: 2, firstSentAt: START + 9_020 }),
    row(15_200, { generation: 3, fence: 3 }),
  ],
  lineage: [stored(1_200, 2, 'r1', 'r2'), stored(15_200, 3, 'r2', 'r3')],
  tokens: [
    {
      kind: 'told',
      connectionId: CONNECTION,
      result: 'token',
      generation: 2,
      fingerprint: 'access-r2',
      at: START + 2_000,
    },
  ],
  seeds: [
    { connectionId: CONNECTION, grantId: 'g1', refreshFingerprint: 'r1', accessFingerprint: 'access-r1', at: START },
  ],
  accessTokenMs: 10_000,
  rest: [
    {
      kind: 'rest',
      at: START + 20_000,
      connection: CONNECTION,
      status: 'active',
      storedIsLive: true,
      interrupted: false,
      tokensAtRest: 2,
    },
  ],
  working: new Set([CONNECTION]),
} satisfies Evidence

/** The same with the nth record of a kind changed. */
export function withChange<Kind extends 'journal' | 'trail' | 'lineage' | 'tokens'>(
  kind: Kind,
  nth: number,
  changes: Partial<Evidence[Kind][number]>,
): Evidence {
  const records: readonly object[] = healthy[kind]
  return { ...healthy, [kind]: records.map((record, n) => (n === nth ? { ...record, ...changes } : record)) }
}
