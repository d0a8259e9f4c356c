import { expect, it } from 'vitest'
import { behaviorOf } from './behavior'
import { runSchedule } from './schedule'
import { addTallies, behaviorsOf, newTally, noteBehavior } from './tally'
import { indexes, settingOf } from './testing/matrix'

it('is the same for schedules that differ in their times only, and another where something else was sent', async () => {
  const behavior = async (faults: Parameters<typeof settingOf>[0]['faults'] = []) =>
    behaviorOf((await runSchedule(settingOf({ traffic: 'lonely', faults }))).journal)
  const { moments } = await runSchedule(settingOf({ traffic: 'lonely' }))
  const [at = -1] = indexes(moments, ['refresh', 'before'])
  const good = await behavior()
  expect(await behavior([{ kind: 'freeze', ms: 500, at: 0 }])).toBe(good)
  const lost = await behavior([{ kind: 'request', fate: 'answer_lost', at }])
  expect(lost).not.toBe(good)
  expect(lost).toContain('send:previous_in_grace')
})

it('counts once however many hand-outs in a row are alike', () => {
  const token = { kind: 'token', connection: 'a', grantNo: 1, generation: 2, live: true } as const
  expect(behaviorOf([1, 2, 3].map((at) => ({ ...token, at })))).toBe('token:1,2,true')
})

it('is counted over all parts of a run', () => {
  const [one, other] = [newTally(), newTally()]
  for (const behavior of ['x', 'x', 'y']) noteBehavior(one, behavior)
  noteBehavior(other, 'x')
  expect(behaviorsOf(addTallies([one, other]))).toBe('2 distinct behaviors in 4 schedules; the commonest one in 75 %')
  expect(behaviorsOf(newTally())).toBeNull()
})
