import { describe, expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import type { PreparedTokenRequest, SealBinding, TokenAnswer } from '@/lib/rotation/ports'
import type { CommitArgs } from '@/lib/rotation/row/statements'
import { key } from '@/lib/rotation/testing/rows'
import { type PortCommand, perform, type RotationDeps, type Session } from './perform'

/** Timers fire only when told to. */
function manualClock() {
  const timers = new Set<() => void>()
  const asked: number[] = []
  let now = 0
  return {
    clock: {
      monotonicMs: () => now,
      wallMs: () => now,
      timer(ms: number) {
        asked.push(ms)
        let ring = () => {}
        const over = new Promise<void>((resolve) => {
          ring = resolve
        })
        timers.add(ring)
        return { over, cancel: () => void timers.delete(ring) }
      },
    },
    timers,
    asked,
    pass(ms: number) {
      now += ms
    },
    async ring() {
      await new Promise((resolve) => setImmediate(resolve))
      for (const timer of timers) timer()
    },
  }
}

const never = new Promise<never>(() => {})
const goodAnswer: TokenAnswer = { kind: 'answer', status: 200, body: '{}' }

function harness(change: { request?: Partial<PreparedTokenRequest>; deps?: Partial<RotationDeps> } = {}) {
  const time = manualClock()
  const log: string[] = []
  const request: PreparedTokenRequest = {
    refresh: async ({ mayWrite }) => (mayWrite() ? goodAnswer : { kind: 'not_sent' }),
    canary: async () => goodAnswer,
    close: () => log.push('close'),
    ...change.request,
  }
  const deps = {
    clock: time.clock,
    tokenEndpoint: { connect: async () => request },
    vault: {
      open: async () => ({ kind: 'opened', token: 'r1' }),
      sealer: async () => ({
        seal: async (token: string, binding: SealBinding) => `${binding.field} ${binding.generation} ${token}`,
      }),
      fingerprint: (token: string) => `print of ${token}`,
    },
    store: {},
    random: () => 0,
    rules: { figures, lateProbe: true, process: 'test' },
    observe: () => {},
    ...change.deps,
  } as unknown as RotationDeps
  const session: Session = { request: null, sealer: null }
  return { ...time, log, session, request, run: (command: PortCommand) => perform(deps, session, command) }
}

const prepare: PortCommand = {
  kind: 'prepare',
  sealedRefreshToken: 'sealed',
  binding: { ...key, grantNo: 1, generation: 1, field: 'refresh_token' },
}
const issued = { monotonicMs: 0, wallMs: 0, random: 0 }
const send: PortCommand = { kind: 'send', refreshToken: 'r1', markIssued: issued, attemptMs: 15_000 }

describe('preparing', () => {
  it('opens, takes the sealing key and connects', async () => {
    const { run, session, request } = harness()
    expect(await run(prepare)).toEqual({ kind: 'prepared', result: { kind: 'prepared', refreshToken: 'r1' } })
    expect(session.request).toBe(request)
    expect(session.sealer).not.toBeNull()
  })
  it('gives up on a connection that takes too long, and closes it when it comes', async () => {
    let arrive = (_: PreparedTokenRequest) => {}
    const connecting = new Promise<PreparedTokenRequest>((resolve) => {
      arrive = resolve
    })
    const { run, ring, request, log } = harness({ deps: { tokenEndpoint: { connect: () => connecting } } })
    const preparing = run(prepare)
    await ring()
    expect(await preparing).toEqual({ kind: 'prepared', result: { kind: 'connect_failed' } })
    arrive(request)
    await new Promise((resolve) => setImmediate(resolve))
    expect(log).toEqual(['close'])
  })
  it.each([
    [
      'throws',
      () => {
        throw new Error('synchronously')
      },
    ],
    ['rejects', () => Promise.reject(new Error('refused'))],
  ])('reports a connection that %s', async (_, connect) => {
    const { run } = harness({ deps: { tokenEndpoint: { connect } } })
    expect(await run(prepare)).toMatchObject({ result: { kind: 'connect_failed' } })
  })
  it('blames our configuration, not the connection, when the vault throws', async () => {
    const open = () => Promise.reject(new Error('no key service'))
    const { run } = harness({ deps: { vault: { open } as never } })
    expect(await run(prepare)).toMatchObject({ result: { kind: 'key_missing' } })
  })
  it('finds a missing value unreadable', async () => {
    expect(await harness().run({ ...prepare, sealedRefreshToken: null })).toMatchObject({
      result: { kind: 'unreadable' },
    })
  })
})

describe('sending', () => {
  it('asks the guard in the turn of the write', async () => {
    const inTime = harness()
    await inTime.run(prepare)
    expect(await inTime.run(send)).toEqual({ kind: 'answered', answer: goodAnswer })
    const late = harness()
    await late.run(prepare)
    late.pass(1_001)
    expect(await late.run(send)).toEqual({ kind: 'answered', answer: { kind: 'not_sent' } })
  })
  it('closes the connection and leaves no timer, whatever came', async () => {
    const { run, session, log, timers } = harness()
    await run(prepare)
    await run(send)
    expect(log).toEqual(['close'])
    expect(session.request).toBeNull()
    expect(timers.size).toBe(0)
  })
  it.each<[string, PreparedTokenRequest['refresh']]>([
    ['never settles', () => never],
    ['rejects, against its word', () => Promise.reject(new Error('surprise'))],
  ])('is ambiguous over a transport that %s', async (_, refresh) => {
    const { run, ring, log, asked } = harness({ request: { refresh } })
    await run(prepare)
    const sending = run(send)
    await ring()
    await ring()
    expect(await sending).toMatchObject({ kind: 'answered', answer: { kind: 'no_answer' } })
    expect(asked.slice(0, 2)).toEqual([figures.connectMs, figures.attemptMs + figures.guardMs])
    expect(log).toEqual(['close'])
  })
  it.each(['send', 'canary'] as const)(
    'reads an answer that the transport hands over only after every time limit has passed, as after a pause (%s)',
    async (kind) => {
      let arrive = (_: TokenAnswer) => {}
      const late = () =>
        new Promise<TokenAnswer>((resolve) => {
          arrive = resolve
        })
      const { run, ring } = harness({ request: { refresh: late, canary: late } })
      await run(prepare)
      const asking = run(kind === 'send' ? send : { kind: 'canary', attemptMs: 2_000 })
      await ring()
      await new Promise((resolve) => setImmediate(resolve))
      arrive(goodAnswer)
      expect(await asking).toMatchObject({ answer: goodAnswer })
    },
  )
})

describe('storing', () => {
  const draft = { ...key, grantNo: 1, generation: 1, fence: 1, tokens: { accessToken: 'a2', refreshToken: 'r2' } }
  const commit = {
    kind: 'commit',
    draft: { ...draft, lineage: { presented: 'r1', issued: 'r2', outcome: 'rotated' } },
  } as unknown as PortCommand

  it('seals the pair for the generation it becomes and keeps only fingerprints', async () => {
    let args: CommitArgs | null = null
    const store = {
      commit: async (given: CommitArgs) => {
        args = given
        return { kind: 'refused' }
      },
    }
    const { run } = harness({ deps: { store: store as never } })
    expect(await run(commit)).toEqual({ kind: 'stored', result: { kind: 'refused' } })
    expect(args).toMatchObject({
      sealedAccessToken: 'access_token 2 a2',
      sealedRefreshToken: 'refresh_token 2 r2',
      lineage: { outcome: 'rotated', presentedFingerprint: 'print of r1', issuedFingerprint: 'print of r2' },
    })
    expect(JSON.stringify(args)).not.toContain('"r1"')
    expect(args).not.toHaveProperty('tokens')
  })
  it('says with each statement which connection it wants', async () => {
    const wanted: unknown[] = []
    const note = async (_: unknown, on: unknown) => {
      wanted.push(on)
      return { kind: 'refused' }
    }
    const store = { read: note, commit: note, undo: note, reject: note, terminal: note }
    const { run } = harness({ deps: { store: store as never } })
    const args = { lineage: { presented: null, issued: null } } as never
    await run({ ...(commit as Extract<PortCommand, { kind: 'commit' }>), on: 'fresh' })
    for (const kind of ['undo', 'reject', 'terminal'] as const) await run({ kind, args, on: 'fresh' })
    await run({ kind: 'read', key, on: 'fresh' })
    await run(commit)
    expect(wanted).toEqual([...Array.from({ length: 5 }, () => 'fresh'), undefined])
  })
  it('takes whatever a store throws for an unknown outcome', async () => {
    const { run } = harness({ deps: { store: { commit: () => Promise.reject(new Error('down')) } as never } })
    expect(await run(commit)).toMatchObject({ kind: 'stored', result: { kind: 'unknown' } })
  })
  it('closes the connection that an undone or released attempt leaves', async () => {
    const store = { undo: async () => ({ kind: 'refused' }) } as never
    const { run, log } = harness({ deps: { store } })
    await run(prepare)
    await run({ kind: 'undo', args: {} as never })
    expect(log).toEqual(['close'])
  })
})
