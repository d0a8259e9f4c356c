import { describe, expect, it } from 'vitest'
import { progress } from './progress'

function shown(isTTY: boolean, total: number, steps: number) {
  let text = ''
  const bar = progress(total, { isTTY, write: (more) => (text += more) })
  for (let done = 1; done <= steps; done++) bar.update(done)
  bar.end()
  return text
}

describe('progress', () => {
  it('moves one line in a terminal', () => {
    const text = shown(true, 100, 100)
    expect(text).toBe(`\r[${'#'.repeat(15)}${'-'.repeat(15)}]  50 of 100\r[${'#'.repeat(30)}]  100 of 100\n`)
  })

  it('writes a line for each tenth elsewhere', () => {
    expect(shown(false, 2_000, 2_000).split('\n')).toHaveLength(11)
    expect(shown(false, 2_000, 400)).toBe('200 of 2,000\n400 of 2,000\n')
  })

  it('says nothing about nothing', () => {
    expect(shown(true, 0, 0) + shown(false, 0, 0)).toBe('')
  })
})
