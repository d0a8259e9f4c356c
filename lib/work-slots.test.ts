import { describe, expect, it } from 'vitest'
import { createWorkSlots } from './work-slots'

const openWork = () => {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work: () => ended, end }
}

describe('work slots', () => {
  it('run at most one work of an id, and the next once it has ended', async () => {
    const slots = createWorkSlots(3)
    const first = openWork()
    expect(slots.start('a', first.work)).toBe(true)
    expect(slots.start('a', openWork().work)).toBe(false)
    expect(slots.free()).toBe(2)
    first.end()
    await slots.allEnded()
    expect(slots.free()).toBe(3)
    expect(slots.start('a', async () => undefined)).toBe(true)
  })

  it('tell when one has ended while others run', async () => {
    const slots = createWorkSlots(2)
    const [one, other] = [openWork(), openWork()]
    slots.start('one', one.work)
    slots.start('other', other.work)
    expect(slots.free()).toBe(0)
    other.end()
    await slots.oneEnded()
    expect(slots.free()).toBe(1)
    one.end()
    await slots.allEnded()
  })

  it('wait for nothing where nothing runs', async () => {
    const slots = createWorkSlots(1)
    await slots.oneEnded()
    await slots.allEnded()
    expect(slots.free()).toBe(1)
  })
})
