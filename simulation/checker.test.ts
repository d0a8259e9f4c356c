import { describe, expect, it } from 'vitest'
import { check, type Rule } from './checker'
import type { Entry, EntryOf } from './journal'
import { mutants } from './mutants'
import { runOutage } from './outage'
import { runSchedule } from './schedule'
import { outages } from './schedules'
import { indexes, settingOf } from './testing/matrix'

// Each rule on a journal that breaks it and nothing else, and on its neighbor that is still fine.

const at = (seconds: number) => ({ at: seconds * 1_000, connection: 'a' })
const send = (seconds: number, change: Partial<EntryOf<'send'>> = {}): Entry => ({
  kind: 'send',
  tokenClass: 'current',
  overlaps: 0,
  lateProbe: false,
  newestStored: true,
  upstream: { rotated: false, status: 200 },
  ...at(seconds),
  ...change,
})
const commit = (seconds: number, generation: number, change: Partial<EntryOf<'commit'>> = {}): Entry => {
  return { kind: 'commit', grantNo: 1, generation, live: true, ...at(seconds), ...change }
}
const token = (seconds: number, change: Partial<EntryOf<'token'>> = {}): Entry => {
  return { kind: 'token', grantNo: 1, generation: 1, live: true, ...at(seconds), ...change }
}
const rest = (change: Partial<EntryOf<'rest'>> = {}): Entry => {
  const fine = { status: 'active', storedIsLive: true, interrupted: false, tokensAtRest: 2 } as const
  return { kind: 'rest', ...fine, ...at(900), ...change }
}
const marker = (kind: 'frozen' | 'lifted' | 'disconnected' | 'ended_at_airwallex', seconds: number) =>
  ({ kind, ...at(seconds) }) as Entry
const ended = (seconds: number): Entry => ({ kind: 'ended', reason: 'unknown', ...at(seconds) })
const reauthorized = (seconds: number): Entry => ({ kind: 'reauthorized', grantNo: 2, ...at(seconds) })
const times = <Item>(count: number, make: (n: number) => Item) => Array.from({ length: count }, (_, n) => make(n))
const over = { status: 'reauthorization_required', storedIsLive: false, tokensAtRest: 0 } as const

type Pair = { readonly broken: readonly Entry[]; readonly fine: readonly Entry[] }

/** `too_slow` and `outage_spread` are not the checker's own: they need a schedule's fault, and an outage's size. */
const journals: Record<Exclude<Rule, 'too_slow' | 'outage_spread'>, readonly Pair[]> = {
  concurrent_send: [{ broken: [send(0, { overlaps: 1 })], fine: [send(0), send(1)] }],
  superseded_send: [
    { broken: [send(0, { tokenClass: 'older' })], fine: [send(0, { tokenClass: 'older', lateProbe: true })] },
  ],
  late_send: [
    {
      broken: [send(0, { tokenClass: 'previous_after_grace' })],
      fine: [
        send(0, { tokenClass: 'previous_in_grace' }),
        send(9, { tokenClass: 'previous_after_grace', lateProbe: true }),
      ],
    },
  ],
  outdated_send: [
    {
      broken: [send(5, { newestStored: false })],
      fine: [send(5, { newestStored: null }), marker('disconnected', 6), send(8, { newestStored: false })],
    },
  ],
  send_storm: [{ broken: times(4, (n) => send(n / 4)), fine: [...times(3, (n) => send(n / 4)), send(1.1)] }],
  rotation_storm: [
    {
      broken: times(13, (n) => commit(n * 4, n + 2)),
      fine: times(13, (n) => commit(n * 5.1, n + 2)),
    },
  ],
  stale_commit: [
    {
      broken: [commit(1, 2, { live: false })],
      fine: [marker('ended_at_airwallex', 0), commit(1, 2, { live: false })],
    },
    { broken: [commit(1, 2), commit(2, 2)], fine: [commit(1, 2), commit(2, 3)] },
    { broken: [reauthorized(1), commit(2, 9)], fine: [reauthorized(1), commit(2, 9, { grantNo: 2 })] },
    {
      broken: [marker('disconnected', 1), commit(2, 2)],
      fine: [marker('disconnected', 1), reauthorized(2), commit(3, 3, { grantNo: 2 })],
    },
  ],
  answer_refused: [
    {
      broken: [{ kind: 'dropped', newerSend: false, ...at(1) }],
      fine: [{ kind: 'dropped', newerSend: true, ...at(1) }],
    },
  ],
  token_while_frozen: [
    {
      broken: [marker('frozen', 1), token(4.1)],
      fine: [marker('frozen', 1), token(3.9), marker('lifted', 8), token(12)],
    },
  ],
  token_after_disconnect: [
    {
      broken: [marker('disconnected', 1), token(4.1)],
      fine: [marker('disconnected', 1), token(3.9), reauthorized(5), token(9, { grantNo: 2 })],
    },
  ],
  token_of_old_grant: [
    { broken: [reauthorized(1), token(4.1)], fine: [reauthorized(1), token(3.9), token(5, { grantNo: 2 })] },
  ],
  expired_token: [{ broken: [token(1, { live: false })], fine: [token(1, { live: null })] }],
  lost: [
    { broken: [rest(over)], fine: [marker('ended_at_airwallex', 1), rest(over)] },
    { broken: [marker('ended_at_airwallex', 1), reauthorized(2), rest(over)], fine: [rest()] },
  ],
  lost_silently: [{ broken: [rest({ storedIsLive: false })], fine: [rest({ status: 'disconnected', ...none() })] }],
  unfinished: [{ broken: [rest({ interrupted: true })], fine: [rest()] }],
  tokens_at_rest: [
    {
      broken: [rest({ status: 'disconnected', storedIsLive: false, tokensAtRest: 1 })],
      fine: [rest({ status: 'disconnected', ...none() })],
    },
  ],
  ended_twice: [{ broken: [ended(1), ended(2)], fine: [ended(1), reauthorized(2), ended(3)] }],
  end_unnoticed: [
    {
      broken: [marker('ended_at_airwallex', 1), rest()],
      fine: [marker('ended_at_airwallex', 1), reauthorized(2), rest()],
    },
  ],
}

function none() {
  return { storedIsLive: false, tokensAtRest: 0 } as const
}

const cases = Object.entries(journals).flatMap(([rule, pairs]) => pairs.map((pair, n) => ({ rule, n: n + 1, ...pair })))

describe('the checker', () => {
  it.each(cases)('reports $rule ($n), alone, and not its harmless neighbor', ({ rule, broken, fine }) => {
    expect([...new Set(check(broken).map((violation) => violation.rule))]).toEqual([rule])
    expect(check(fine)).toEqual([])
  })

  it('judges each connection by itself', () => {
    const elsewhere = { connection: 'b' }
    expect(
      check([marker('frozen', 1), token(9, elsewhere), ...times(2, (n) => send(n / 4)), send(0.6, elsewhere)]),
    ).toEqual([])
  })

  it('counts what is handed out from a reading as old as one statement and the guard allow', () => {
    const journal = [marker('frozen', 1), token(3)]
    expect(check(journal)).toEqual([])
    expect(check(journal, { staleReadMs: 1_000 })).toMatchObject([{ rule: 'token_while_frozen', connection: 'a' }])
  })
})

describe('what a run knows beside its journal', () => {
  it('reports a recovery that comes after the deadline of its fault', async () => {
    const setting = settingOf({ traffic: 'idle' })
    const [at = -1] = indexes((await runSchedule(setting)).moments, ['refresh', 'before'])
    const killed = { ...setting, faults: [{ kind: 'killed_in_flight', at }] } as const
    const rules = async (mutant?: string) =>
      (await runSchedule(killed, mutant ? mutants[mutant] : {})).violations.map(({ rule }) => rule)
    expect(await rules()).toEqual([])
    expect(await rules('60-second rescuer')).toContain('too_slow')
  })

  it('reports an outage that makes more connections ambiguous than the breaker allows', async () => {
    const [outage] = outages(1)
    if (!outage) throw new Error('no outage')
    const rules = async (mutant?: string) =>
      (await runOutage(outage, mutant ? mutants[mutant] : {})).violations.map(({ rule }) => rule)
    expect(await rules()).toEqual([])
    expect(await rules('no breaker')).toContain('outage_spread')
  })
})
