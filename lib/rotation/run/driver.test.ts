import { expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import type { StatementResult } from '@/lib/rotation/ports'
import { claimedRow, key, markedRow, NOW, readingOf, rowWith } from '@/lib/rotation/testing/rows'
import { createRotation } from './driver'
import type { RotationDeps } from './perform'

const applied = (row: ReturnType<typeof rowWith>): StatementResult => ({ kind: 'applied', row, at: NOW })

it('begins to store an answer before any observer hears of it', async () => {
  const order: string[] = []
  const body = JSON.stringify({ access_token: 'a2', expires_in: 300, refresh_token: 'r2' })
  const deps = {
    store: {
      read: async () => ({ kind: 'found', reading: readingOf(rowWith({ keepAliveAt: NOW }, 0)) }),
      claim: async () => applied(claimedRow()),
      mark: async () => applied(markedRow(0)),
      commit: async () => applied(rowWith({ generation: 2 })),
    },
    tokenEndpoint: {
      connect: async () => ({ refresh: async () => ({ kind: 'answer', status: 200, body }), close: () => {} }),
    },
    vault: {
      open: async () => ({ kind: 'opened', token: 'r1' }),
      sealer: async () => ({
        seal: async (token: string) => {
          order.push('seals')
          return token
        },
      }),
      fingerprint: (token: string) => token,
    },
    clock: { monotonicMs: () => 0, wallMs: () => 0, timer: () => ({ over: new Promise(() => {}), cancel: () => {} }) },
    random: () => 0.5,
    rules: { figures, lateProbe: true, process: 'test' },
    observe: ({ kind }: { kind: string }) => order.push(kind),
  } as unknown as RotationDeps
  expect(await createRotation(deps).keepAlive(key)).toEqual({ kind: 'rotated', generation: 2 })
  expect(order).toEqual(['sent', 'seals', 'seals', 'judged', 'attempt_ended'])
})
