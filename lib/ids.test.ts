import { describe, expect, it } from 'vitest'
import { isId } from './ids'

describe('isId', () => {
  it('knows an id, and nothing that PostgreSQL might read as one', () => {
    expect(isId('0199c1d0-0000-7000-8000-00000000dead')).toBe(true)
    const others = [
      '',
      'x',
      '0199C1D0-0000-7000-8000-00000000DEAD',
      '{0199c1d0-0000-7000-8000-00000000dead}',
      '0199c1d000007000800000000000dead',
      '0199c1d0-0000-7000-8000-00000000dead\n',
      "' OR 1=1",
    ]
    for (const other of others) expect(isId(other), other).toBe(false)
  })
})
