import { describe, expect, it } from 'vitest'
import { CALLBACK_OUTCOMES, isCallbackOutcome, isUnattributedOutcome, UNATTRIBUTED_OUTCOMES } from './outcomes'

describe('outcomes', () => {
  it('are known by their names alone', () => {
    expect(CALLBACK_OUTCOMES.every(isCallbackOutcome)).toBe(true)
    for (const word of ['Connected', 'toString', '']) expect(isCallbackOutcome(word)).toBe(false)
  })

  it('never let a URL claim that an account was connected', () => {
    expect(UNATTRIBUTED_OUTCOMES.every(isCallbackOutcome)).toBe(true)
    for (const word of ['connected', 'reauthorized', 'already_connected', 'toString', '']) {
      expect(isUnattributedOutcome(word)).toBe(false)
    }
  })
})
