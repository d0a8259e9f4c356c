import { expect, it } from 'vitest'
import type { Fault } from './faults'
import { lossesOf, unexplained } from './losses'
import { ask, untilToken } from './model-callers'
import { dialects } from './model-upstream'
import { modelWorld } from './model-world'
import { runSchedule } from './schedule'
import { indexes, settingOf } from './testing/matrix'

// "Known limits" of docs/rotation.md: what no client can keep, and that it is reported.

it('loses a connection whose first request is processed 90 s late, after its own repetition, and says so', async () => {
  for (const dialect of dialects) {
    const world = modelWorld({ dialect })
    const key = world.connection('a')
    world.upstream.fate = (request) => (request === 0 ? { arrivesAfterMs: 90_000 } : 'ok')
    const process = world.process('p1')
    expect(await world.time.until(untilToken(world, process, key))).toBeLessThan(27_000)
    await world.time.until(world.time.sleep(400_000))
    const late = world.upstream.journal.filter(({ tokenClass }) => tokenClass === 'previous_after_grace')
    expect(late).toHaveLength(1)
    expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'reauthorization_required' })
  }
})

it('loses a connection whose last rotation a failover of the database forgot, and says so', async () => {
  const world = modelWorld({ dialect: 'linear' })
  const key = world.connection('a')
  const process = world.process('p1')
  const before = world.store.row(key)
  await world.time.until(ask(process, key))
  world.store.rows.set(key.connectionId, before)
  await world.time.until(world.time.sleep(90_000))
  expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'reauthorization_required' })
  expect(world.upstream.journal.map(({ tokenClass }) => tokenClass)).toEqual(['current', 'previous_after_grace'])
})

it('keeps a connection that a failover set back, where the next refresh comes inside the grace minute', async () => {
  const world = modelWorld({ dialect: 'tree' })
  const key = world.connection('a')
  const process = world.process('p1')
  const before = world.store.row(key)
  await world.time.until(ask(process, key))
  world.store.rows.set(key.connectionId, before)
  expect(await world.time.until(ask(process, key))).toMatchObject({ kind: 'token' })
  expect(world.upstream.isLive(world.storedRefreshToken(key) ?? '')).toBe(true)
})

it('loses a connection in the linear dialect after two lost answers, in no other, and says so', async () => {
  for (const dialect of dialects) {
    const world = modelWorld({ dialect })
    const key = world.connection('a')
    world.upstream.fate = (request) => (request < 2 ? 'answer_lost' : 'ok')
    const process = world.process('p1')
    if (dialect === 'linear') {
      const result = await world.time.until(ask(process, key))
      expect(result).toMatchObject({ kind: 'reauthorization_required', reason: 'refresh_token_rejected' })
    } else {
      expect(await world.time.until(untilToken(world, process, key))).toBeLessThan(10_000)
    }
  }
})

it('loses in the strict mode what an outage longer than the window made ambiguous, and says so', async () => {
  for (const lateProbe of [true, false]) {
    const setting = settingOf({ traffic: 'lonely', lateProbe })
    const [at = -1] = indexes((await runSchedule(setting)).moments, ['refresh', 'before'])
    const outage = { kind: 'upstream', how: 'error_503', ms: 60_000, at } as const
    const { journal, violations } = await runSchedule({ ...setting, faults: [outage] })
    const ended = journal.filter(({ kind }) => kind === 'ended')
    expect(ended).toMatchObject(lateProbe ? [] : [{ reason: 'unresolved' }])
    expect(violations.some(({ rule }) => rule === 'lost')).toBe(!lateProbe)
  }
})

it('loses a connection whose two processes both stand still for the grace minute, says so, and names both faults', async () => {
  for (const dialect of dialects) {
    const setting = { dialect, seed: 167_153_538, refusesConcurrent: true, rotationEndsAccessToken: true }
    const faults = [
      { kind: 'freeze', ms: 120_000, at: 3 },
      { kind: 'freeze', ms: 90_000, answersFirst: true, at: 18 },
    ] as const
    const { journal, strikes } = await runSchedule({ ...setting, traffic: 'idle', faults })
    expect(journal).toContainEqual(expect.objectContaining({ kind: 'ended', reason: 'own_late_use' }))
    expect(lossesOf(journal, strikes, dialect)).toEqual([
      { connection: 'a', name: 'against several faults in one grace minute: a process stopped', avoidable: false },
    ])
    // Where either of them runs, nothing is lost.
    const alone = await Promise.all(
      faults.map((fault) => runSchedule({ ...setting, traffic: 'idle', faults: [fault] })),
    )
    for (const run of alone) expect(lossesOf(run.journal, run.strikes, dialect)).toEqual([])
  }
})

it('loses a connection whose late probe rotated unheard before a second outage, says so, and names the faults', async () => {
  const setting = settingOf({ traffic: 'lonely' })
  const refreshes = async (faults: readonly Fault[], side: 'before' | 'after') => {
    const { moments } = await runSchedule({ ...setting, faults })
    return moments.flatMap((moment, at) => (moment.port === 'refresh' && moment.side === side ? [at] : []))
  }
  const [first = -1] = await refreshes([], 'before')
  const outage = { kind: 'upstream', how: 'error_503', ms: 60_000, at: first } as const
  const probe = (await refreshes([outage], 'before')).at(-1) ?? -1
  const unheard = { kind: 'request', fate: 'answer_lost', at: probe } as const
  const timesOut = (await refreshes([outage, unheard], 'after')).find((at) => at > probe) ?? -1
  const { journal, strikes } = await runSchedule({
    ...setting,
    faults: [outage, unheard, { ...outage, at: timesOut }],
  })
  const sent = journal.filter((entry) => entry.kind === 'send' && entry.upstream.rotated)
  expect(sent).toMatchObject([{ lateProbe: true }])
  expect(journal).toContainEqual(expect.objectContaining({ kind: 'ended', reason: 'own_late_use' }))
  const name = 'against several faults in one grace minute: Airwallex away, an answer lost or spoilt'
  expect(lossesOf(journal, strikes, setting.dialect)).toEqual([{ connection: 'a', name, avoidable: false }])
})

it('sends beside a request under way where the database’s clock was set forward meanwhile, and loses nothing', async () => {
  const setting = { dialect: 'newest', seed: 1, refusesConcurrent: true, rotationEndsAccessToken: false } as const
  const slow = { kind: 'request', fate: { lateMs: 14_000, processed: 'first' }, at: 0 } as const
  const run = (faults: readonly Fault[]) => runSchedule({ ...setting, traffic: 'crowd', faults })
  const { moments, violations } = await run([slow])
  expect(violations).toEqual([])
  let beside = 0
  for (const [at] of moments.entries()) {
    const { journal, violations, strikes } = await run([slow, { kind: 'database_clock', ms: 15_000, at }])
    const losses = lossesOf(journal, strikes, setting.dialect)
    beside += violations.filter(({ rule }) => rule === 'concurrent_send').length
    expect({ losses, unexplained: unexplained(violations, losses, strikes) }).toEqual({ losses: [], unexplained: [] })
  }
  expect(beside).toBeGreaterThan(0)
})
