import { describe, expect, it } from 'vitest'
import { CALLBACK_OUTCOMES, isCallbackOutcome, isRowlessOutcome, ROWLESS_OUTCOMES } from './outcomes'

describe('outcomes', () => {
  it('are fourteen, each once', () => {
    expect(new Set(CALLBACK_OUTCOMES).size).toBe(14)
    expect(CALLBACK_OUTCOMES.every(isCallbackOutcome)).toBe(true)
  })

  it('let nobody be told by an address that something was connected', () => {
    expect(ROWLESS_OUTCOMES.every(isCallbackOutcome)).toBe(true)
    for (const word of ['connected', 'reauthorized', 'already_connected', 'toString', '']) {
      expect(isRowlessOutcome(word)).toBe(false)
    }
  })
})
