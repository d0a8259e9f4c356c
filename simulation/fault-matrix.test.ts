import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import { createRotation } from '@/lib/rotation/run/driver'
import { holdOldGrant } from '@/lib/rotation/run/hold'
import { check } from './checker'
import { type ProcessedAnswer, processedAnswerNames } from './model-answers'
import { accessTokens, ask, untilToken } from './model-callers'
import { dialects, type RequestFate } from './model-upstream'
import { type ModelProcess, modelWorld } from './model-world'
import { runOutage } from './outage'
import { directedSchedules } from './schedules'
import { deployOver } from './testing/deploys'
import { indexes, restOf, seconds, settingOf, survive, surviveEach, tell } from './testing/matrix'

// The fault matrix of docs/rotation.md, in its order. Every run is judged by the checker (nothing lost, nothing
// superseded sent, one request in flight) and by its recovery deadline in simulated time, 27 s after a kill; what a row
// asks beyond that stands in its test. F28, F29, F33 and F37 are about the database and HTTP themselves: their tests
// use real ones, and the table of docs/rotation.md names them.

describe('a process dies', () => {
  it('F01: killed before the claim, or between claim and mark', async () => {
    const places = [
      ['read', 'after'],
      ['claim', 'before'],
      ['claim', 'after'],
      ['connect', 'after'],
      ['mark', 'before'],
    ]
    const runs = await surviveEach(places as [string, 'before'][], [{ kind: 'kill' }])
    expect(runs.every(({ rotations }) => rotations === 1)).toBe(true)
  })
  it('F02: killed after the mark, before bytes leave', async () => {
    for (const traffic of ['lonely', 'crowd', 'idle'] as const) {
      const runs = await surviveEach(
        [
          ['mark', 'after'],
          ['refresh', 'before'],
        ],
        [{ kind: 'kill' }],
        { traffic },
      )
      expect(runs.every(({ sends, recoveredAfterMs }) => sends === 1 && (recoveredAfterMs ?? 0) > 0)).toBe(true)
    }
  })
  it('F03: killed after the send, before the answer', async () => {
    for (const traffic of ['lonely', 'crowd', 'idle'] as const) {
      const runs = await surviveEach([['refresh', 'before']], [{ kind: 'killed_in_flight' }], { traffic })
      expect(runs.every(({ sends }) => sends === 2)).toBe(true)
    }
  })
  it('F04: the request is lost on the way', async () => {
    const runs = await surviveEach([['refresh', 'before']], [{ kind: 'request', fate: 'lost' }])
    expect(runs.every(({ sends, rotations }) => sends === 1 && rotations === 1)).toBe(true)
  })
  it('F05: the answer is lost after rotating', async () => {
    const fates = (['answer_lost', 'answer_silent'] as const).map((fate) => ({ kind: 'request', fate }) as const)
    const runs = await surviveEach([['refresh', 'before']], fates)
    expect(runs.every((run) => run.sends === 2 && restOf(run).storedIsLive)).toBe(true)
  })
  it('F06: killed between answer and commit', async () => {
    const places = [
      ['refresh', 'after'],
      ['seal', 'before'],
      ['seal', 'after'],
      ['commit', 'before'],
    ]
    await surviveEach(places as [string, 'before'][], [{ kind: 'kill' }])
    await surviveEach(places as [string, 'before'][], [{ kind: 'kill' }], { traffic: 'lonely' })
  })
})

describe('the database', () => {
  it('F07: away at the commit, for any length, the process alive', async () => {
    const outages = [1, 5, 20, 45, 58, 65, 100, 180].flatMap((s) =>
      [true, false].map((hangs) => ({ kind: 'database_down', ms: s * 1_000, hangs, killed: false }) as const),
    )
    const runs = await surviveEach([['commit', 'before']], outages)
    expect(runs.every(({ sends }) => sends <= 2)).toBe(true)
  })
  it("F08: the commit's acknowledgement is lost", async () => {
    const runs = await surviveEach([['commit', 'before']], [{ kind: 'statement', fate: 'ack_lost' }])
    for (const { journal, sends } of runs) {
      expect(sends).toBe(1)
      expect(journal.filter(({ kind }) => kind === 'commit')).toMatchObject([{ generation: 2 }])
      expect(journal.filter(({ kind }) => kind === 'dropped')).toEqual([])
    }
  })
  it('F09: down before the mark', async () => {
    const down = { kind: 'database_down', ms: 30_000, hangs: false, killed: false } as const
    for (const { journal, sends } of await surviveEach([['mark', 'before']], [down])) {
      expect(sends).toBe(1)
      expect(journal.find(({ kind }) => kind === 'send')?.at).toBeGreaterThan(1_000_000 + 30_000)
    }
  })
  it('F10: down for more than a minute and killed after the answer', async () => {
    for (const dialect of ['tree', 'same', 'newest', 'linear'] as const) {
      const setting = settingOf({ dialect, traffic: 'lonely' })
      const { moments } = await tell(setting)
      const [at = -1] = indexes(moments, ['commit', 'before'])
      const run = await tell({
        ...setting,
        faults: [{ kind: 'database_down', ms: 90_000, hangs: false, killed: true, at }],
      })
      expect(run.violations.map(({ rule }) => rule).filter((rule) => rule !== 'too_slow')).toEqual(['lost'])
      expect(run.journal).toContainEqual(expect.objectContaining({ kind: 'send', lateProbe: true }))
      expect(run.journal).toContainEqual(expect.objectContaining({ kind: 'ended', reason: 'own_late_use' }))
    }
  })
})

describe('processes', () => {
  it('F11: 64 callers in four processes at expiry', async () => {
    for (const dialect of dialects) {
      const world = modelWorld({ dialect, seed: 11 })
      const key = world.connection('a')
      const processes = ['p1', 'p2', 'p3', 'p4'].map((name) => world.process(name))
      let claims = 0
      world.onMoment = (_, port, side) => {
        if (port === 'claim' && side === 'before') claims += 1
      }
      const calls = Array.from({ length: 64 }, (_, n) => ask(processes[n % 4] as ModelProcess, key))
      const tokens = accessTokens(await world.time.until(Promise.all(calls)))
      expect(new Set(tokens)).toEqual(new Set(['access-0-1']))
      expect(world.upstream.journal).toMatchObject([{ overlaps: 0, status: 200 }])
      // One flight a process: the database hears of four claims, not of sixty-four.
      expect(claims).toBeLessThanOrEqual(4)
    }
  })
  it('F12: frozen for 0.5 to 120 s at any await', async () => {
    const freezes = seconds(0.5, 1.1, 23, 61, 120).flatMap((ms) => [
      { kind: 'freeze', ms } as const,
      { kind: 'freeze', ms, monotonicStops: true } as const,
    ])
    await surviveEach(['everywhere'], freezes, { traffic: 'lonely' })
  })
  it('F13: the holder outlives its lease', async () => {
    const until = (what: 'claim' | 'mark' | 'commit') => [{ kind: 'freeze_until', until: what } as const]
    const stored = await surviveEach([['refresh', 'after']], until('claim'))
    expect(stored.every(({ sends, journal }) => sends === 1 && journal.every(({ kind }) => kind !== 'dropped'))).toBe(
      true,
    )
    const overtaken = await surviveEach([['refresh', 'after']], [...until('mark'), ...until('commit')])
    expect(overtaken.every(({ sends }) => sends === 2)).toBe(true)
  })
  it('F14: clocks of replicas ± 10 min, the clock of the database ± 15 s', async () => {
    const steps = seconds(-15, -5, 5, 15).map((ms) => ({ kind: 'database_clock', ms }) as const)
    const walls = seconds(-600, -2, 2, 600).map((ms) => ({ kind: 'wall_clock', ms }) as const)
    const runs = await surviveEach(['everywhere'], [...steps, ...walls], { traffic: 'lonely' })
    expect(runs.every(({ sends }) => sends === 1)).toBe(true)
  })
})

describe('answers', () => {
  it('F15: 500, 502, 503 and 504 before processing', async () => {
    const phases = (['error_500', 'error_502', 'error_503', 'error_504'] as const).flatMap((how) =>
      seconds(20, 60).map((ms) => ({ kind: 'upstream', how, ms }) as const),
    )
    const runs = await surviveEach([['refresh', 'before']], phases)
    expect(runs.every((run) => restOf(run).status === 'active')).toBe(true)
  })
  it('F16: 500 after processing', async () => {
    const runs = await surviveEach([['refresh', 'before']], [processed('error_500')])
    expect(runs.every(({ sends, recoveredAfterMs }) => sends === 2 && (recoveredAfterMs ?? 0) < 2_000)).toBe(true)
  })
  it('F17: 429 for three minutes', async () => {
    for (const lateProbe of [true, false]) {
      const phase = { kind: 'upstream', how: 'rate_limited', ms: 180_000 } as const
      for (const { journal, sends } of await surviveEach([['refresh', 'before']], [phase], { lateProbe })) {
        expect(sends).toBeLessThanOrEqual(180)
        expect(check(journal, { sendsPerSecond: 1 })).toEqual([])
      }
    }
  })
  it('F18: the answer comes after 4 to 14 s, and later than 15 s', async () => {
    const late = seconds(4, 9, 14).flatMap((lateMs) => [
      answered({ lateMs, processed: 'first' }),
      answered({ lateMs, processed: 'last' }),
    ])
    const inTime = await surviveEach([['refresh', 'before']], late)
    expect(inTime.every(({ sends }) => sends === 1)).toBe(true)
    const tooLate = seconds(15.5, 20, 40).map((lateMs) => answered({ lateMs, processed: 'first' }))
    await surviveEach([['refresh', 'before']], tooLate, { refusesConcurrent: false })
    await surviveEach([['refresh', 'before']], tooLate, { refusesConcurrent: true })
  })
  it('F19: half a body, a wrong length, HTML, nothing, null, a list, 10 MB', async () => {
    const names = ['half_body', 'wrong_length', 'html', 'empty', 'null', 'array', 'ten_megabytes'] as const
    const runs = await surviveEach([['refresh', 'before']], names.map(processed))
    expect(runs.every(({ sends }) => sends === 2)).toBe(true)
  })
  it('F20: refresh_token missing, null, empty, or the same as the old one', async () => {
    const names = ['no_refresh_token', 'null_refresh_token', 'empty_refresh_token'] as const
    await surviveEach([['refresh', 'before']], names.map(processed))
    for (const token of [undefined, null, '', 'refresh-0-1']) {
      const world = modelWorld()
      const key = world.connection('a')
      const body = JSON.stringify({ access_token: 'new', expires_in: 300, refresh_token: token })
      world.upstream.fate = () => ({ status: 200, body })
      const result = await world.time.until(ask(world.process('p1'), key))
      expect(result).toMatchObject({ kind: 'token', accessToken: 'new', generation: 2 })
      expect(world.storedRefreshToken(key)).toBe('refresh-0-1')
      const alarms = world.observed.flatMap((seen) => (seen.kind === 'alarm' ? [seen.alarm] : []))
      expect(alarms).toContain(token === 'refresh-0-1' ? 'refresh_token_unchanged' : 'refresh_token_missing')
    }
  })
  it('F21: expires_in missing, 0, negative, a word, huge', async () => {
    const names = processedAnswerNames.filter((name) => name.endsWith('expires_in'))
    expect(names).toHaveLength(5)
    const runs = await surviveEach([['refresh', 'before']], names.map(processed))
    expect(runs.every((run) => restOf(run).storedIsLive && run.sends <= 3)).toBe(true)
  })
  it('F22: invalid_grant at the first try', async () => {
    const rejected = answered({ unprocessed: 'invalid_grant' })
    for (const dialect of dialects) {
      const setting = settingOf({ dialect })
      const [at = -1] = indexes((await tell(setting)).moments, ['refresh', 'before'])
      const run = await tell({ ...setting, faults: [{ ...rejected, at }] })
      expect(run.sends).toBe(1)
      expect(restOf(run)).toMatchObject({ status: 'reauthorization_required', tokensAtRest: 0 })
      expect(run.journal.filter(({ kind }) => kind === 'ended')).toMatchObject([{ reason: 'refresh_token_rejected' }])
    }
  })
  it('F23: invalid_grant while another process rotated', async () => {
    const rejected = (await directedSchedules(23)).filter(({ faults: [first] }) =>
      JSON.stringify(first).includes('invalid_grant'),
    )
    expect(rejected.length).toBeGreaterThan(100)
    for (const schedule of rejected) expect(restOf(await survive(schedule)).status).toBe('active')
  })
  it('F24: invalid_client, with the late probe on and off', async () => {
    for (const lateProbe of [true, false]) {
      const phases = seconds(5, 60, 180).map((ms) => ({ kind: 'upstream', how: 'invalid_client', ms }) as const)
      const runs = await surviveEach([['refresh', 'before']], phases, { lateProbe })
      expect(runs.every(({ journal }) => journal.every(({ kind }) => kind !== 'ended'))).toBe(true)
    }
  })
})

describe('people and other systems', () => {
  it('F25: the owner disconnects at Airwallex in the middle of it', async () => {
    const acts = [null, 0, 20_000].map((eventAfterMs) => ({ kind: 'owner_disconnects', eventAfterMs }) as const)
    for (const { journal, sends } of await surviveEach(['everywhere'], acts)) {
      expect(sends).toBeLessThanOrEqual(2)
      expect(journal.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
    }
  })
  it('F26: a disconnect here during a refresh', async () => {
    const runs = await surviveEach(['everywhere'], [{ kind: 'disconnect' }])
    expect(runs.every((run) => restOf(run).status === 'disconnected' && restOf(run).tokensAtRest === 0)).toBe(true)
  })
  it('F27: a reauthorization during a refresh', async () => {
    const acts = [true, false].map((endsOldGrant) => ({ kind: 'reauthorize', endsOldGrant }) as const)
    for (const run of await surviveEach(['everywhere'], acts)) {
      const swapped = run.journal.findIndex(({ kind }) => kind === 'reauthorized')
      expect(swapped).toBeGreaterThanOrEqual(0)
      expect(run.journal.slice(swapped).filter(({ kind }) => kind === 'dropped')).toEqual([])
      expect(restOf(run)).toMatchObject({ status: 'active', storedIsLive: true })
    }
  })
  it('F30: killed between exchange and commit: the hold on the old grant expires', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const callback = world.process('callback')
    expect(await world.time.until(holdOldGrant(callback.deps, key))).toMatchObject({ kind: 'held' })
    callback.kill()
    const recoveredMs = await world.time.until(untilToken(world, world.process('p1'), key))
    expect(recoveredMs).toBeLessThan(figures.holdMs + figures.callerBudgetMs)
    expect(world.upstream.journal).toHaveLength(1)
  })
  it('F31: Airwallex is down for five minutes and 1,000 connections come due', async () => {
    const told = await runOutage({ connections: 1_000, outageMs: 300_000, how: 'error_503', seed: 31 })
    expect(told.violations).toEqual([])
    expect(told.ended).toBe(0)
    expect(told.ambiguous).toBeLessThanOrEqual(told.inFlight + figures.breakerFailures)
    expect(told.drainedAfterMs).toBeLessThanOrEqual(60_000)
  })
  it('F32: the disconnect event comes late, twice, and out of order', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const before = world.time.now() - 400_000
    for (const eventAt of [before, before, before - 1]) {
      expect(await world.time.until(world.store.noteDisconnectEvent({ ...key, eventAt }))).toEqual({ kind: 'refused' })
    }
    world.upstream.fate = (request) => (request === 0 ? 'answer_lost' : 'ok')
    expect(await world.time.until(untilToken(world, world.process('p1'), key))).toBeLessThan(5_000)
    expect(world.store.row(key)).toMatchObject({ status: 'active', disconnectEventAt: null })
  })
  it('F34: the key service is down after the send', async () => {
    const world = modelWorld()
    const key = world.connection('a')
    const { deps } = world.process('p1')
    let asked = 0
    const sealer = async () => {
      if (asked++ > 0 || world.upstream.journal.length > 0) throw new Error('The key service is down')
      return deps.vault.sealer()
    }
    const rotation = createRotation({ ...deps, vault: { ...deps.vault, sealer } })
    const request = { key, minTtlMs: 0, neededBy: 'test', rejectedGeneration: null }
    expect(await world.time.until(rotation.getAccessToken(request, () => {}))).toMatchObject({ generation: 2 })
    expect(asked).toBe(1)
  })
  it('F35: the connection pool is exhausted', async () => {
    for (const { journal, sends } of await surviveEach([['claim', 'before']], [{ kind: 'statement', fate: 'hangs' }])) {
      expect(sends).toBe(1)
      expect(journal.filter(({ kind }) => kind === 'commit')).toHaveLength(1)
    }
    const world = modelWorld()
    const key = world.connection('a')
    world.fate = () => 'hangs'
    const start = world.time.now()
    expect(await world.time.until(ask(world.process('p1'), key))).toMatchObject({ why: 'store_unreachable' })
    expect(world.time.now() - start).toBeLessThanOrEqual(figures.statementMs)
    expect(world.upstream.journal).toEqual([])
  })
  it('F36: 20 rolling deploys, each ended by SIGTERM', async () => {
    const world = modelWorld({ seed: 36 })
    const keys = Array.from({ length: 40 }, (_, n) => world.connection(`c${n}`, { leftMs: n * 7_500 }))
    world.worker('w1', 1_000)
    const told = await world.time.until(deployOver(world, keys, 20))
    world.rest()
    expect(check(world.journal)).toEqual([])
    expect(told.stopped).toBe(20)
    expect(keys.every((key) => world.store.row(key).generation > 1)).toBe(true)
    expect(world.upstream.journal.every(({ tokenClass }) => tokenClass === 'current')).toBe(true)
  })
  it('F38: a freeze, then its lifting, at any moment of a refresh', async () => {
    const freezes = seconds(0.05, 3, 25, 70).map((ms) => ({ kind: 'frozen_by_hand', ms }) as const)
    await surviveEach(['everywhere'], freezes, { traffic: 'lonely' })
  })
})

function answered(fate: Exclude<RequestFate, 'ok'>) {
  return { kind: 'request', fate } as const
}

function processed(name: ProcessedAnswer) {
  return answered({ processed: name })
}
