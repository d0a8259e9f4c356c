import { expectEvent, type Rules, to } from '@/lib/rotation/attempt/state'
import { isHealthyCanary } from '@/lib/rotation/classify'
import type { Event, Transition } from '@/lib/rotation/commands'

/** Step 10: while the breaker is open, one canary in 15 s, sent by whoever claims it first. */
export type CanaryState =
  | { readonly flow: 'canary'; readonly step: 'claiming' }
  | { readonly flow: 'canary'; readonly step: 'sending' }
  | { readonly flow: 'canary'; readonly step: 'reporting' }
  | { readonly flow: 'canary'; readonly step: 'done' }

export type CanaryTransition = Transition<CanaryState>

export function startCanary(rules: Rules): CanaryTransition {
  return to({ flow: 'canary', step: 'claiming' }, { kind: 'claim_canary', everyMs: rules.figures.canaryEveryMs })
}

export function nextCanary(rules: Rules, state: CanaryState, event: Event): CanaryTransition {
  switch (state.step) {
    case 'claiming':
      if (event.kind === 'stopping') return done
      return expectEvent(event, 'breaker').result.kind === 'applied'
        ? to({ flow: 'canary', step: 'sending' }, { kind: 'canary', attemptMs: rules.figures.canaryAttemptMs })
        : done
    case 'sending': {
      const healthy = isHealthyCanary(expectEvent(event, 'canary_answered').answer)
      return to({ flow: 'canary', step: 'reporting' }, { kind: 'report', report: { kind: 'canary', healthy } })
    }
    case 'reporting':
      expectEvent(event, 'noted')
      return done
    case 'done':
      throw new Error(`The protocol got the event "${event.kind}" after its end`)
  }
}

const done: CanaryTransition = to({ flow: 'canary', step: 'done' }, { kind: 'done' })
