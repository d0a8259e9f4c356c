import { expect, it } from 'vitest'
import { figures } from '@/lib/rotation/figures'
import type { RescueScanArgs } from '@/lib/rotation/row/scans'
import { rescueLoop } from './rescue'

it('takes those past their window once a tick only, however often it scans in it', async () => {
  const stopping = new AbortController()
  const asked: number[] = []
  let now = 0
  let found = 0
  await rescueLoop(stopping.signal, () => asked.length > 0 && stopping.abort(), {
    rotation: { rescue: async () => ({ kind: 'moved_on' }), canaryTick: async () => {} },
    scans: {
      async dueForRescue({ limit, pastWindowLimit }: RescueScanArgs) {
        asked.push(pastWindowLimit)
        const isFull = asked.length < 3
        return Array.from({ length: isFull ? limit : 0 }, () => ({ workspaceId: 'w', connectionId: `c${found++}` }))
      },
    },
    figures: { ...figures, rescuePastWindowLimit: 5 },
    clock: {
      monotonicMs: () => now,
      // The tick passes only once its scans have found nothing more.
      sleep: (ms) =>
        new Promise((resolve) => {
          if (asked.length < 3) return
          now += ms
          resolve()
        }),
    },
  })
  expect(asked).toEqual([5, 0, 0])
})
