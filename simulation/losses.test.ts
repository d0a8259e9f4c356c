import { expect, it } from 'vitest'
import type { Entry } from './journal'
import { lossesOf } from './losses'
import { runSchedule } from './schedule'
import { settingOf } from './testing/matrix'

it('does not excuse a loss with a fault that spoiled another connection’s answer', () => {
  const upstream = { rotated: true, status: null }
  const sent = {
    kind: 'send',
    tokenClass: 'current',
    overlaps: 0,
    lateProbe: false,
    newestStored: true,
    upstream,
  } as const
  const lost = { status: 'reauthorization_required', storedIsLive: false, interrupted: true, tokensAtRest: 0 } as const
  const journal: Entry[] = [
    { ...sent, at: 0, connection: 'a' },
    { ...lost, kind: 'rest', at: 90_000, connection: 'a' },
  ]
  const losses = (connection: string) =>
    lossesOf(
      journal,
      [
        { kind: 'kill', process: 'p1', connection: null, from: 0, until: 0 },
        { kind: 'request', process: 'p2', connection, from: 1, until: 1 },
      ],
      'tree',
    )
  expect(losses('b')).toMatchObject([{ avoidable: true }])
  expect(losses('a')).toMatchObject([{ avoidable: false }])
})

it('lets a freeze end with the process that it holds', async () => {
  const setting = settingOf({ traffic: 'crowd' })
  const { moments } = await runSchedule(setting)
  const first = moments[0]?.process
  const at = moments.findIndex(({ process }, index) => index > 0 && process === first)
  for (const freeze of [
    { kind: 'freeze', ms: 120_000, at },
    { kind: 'freeze_until', until: 'commit', at },
  ] as const) {
    const { journal, strikes } = await runSchedule({
      ...setting,
      faults: [{ kind: 'killed_in_flight', at: 0 }, freeze],
    })
    const sent = journal.find(({ kind }) => kind === 'send')
    expect(strikes.find(({ kind }) => kind === freeze.kind)?.until).toBe(sent?.at)
  }
})
