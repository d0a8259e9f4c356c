import { log } from '@/lib/log'
import type { Observation } from '@/lib/rotation/commands'

/** What the rotation reports about itself, as log lines. An observation carries no token. */
export function observeRotation(observation: Observation): void {
  switch (observation.kind) {
    case 'sent':
      log.info('A refresh request is sent', {
        connectionId: observation.key.connectionId,
        generation: observation.key.generation,
        attempt: observation.sendCount,
        reason: observation.lateProbe ? 'late_probe' : observation.cause,
      })
      return
    case 'judged':
      log.info('A refresh answer is judged', {
        connectionId: observation.key.connectionId,
        generation: observation.key.generation,
        outcome: observation.verdict,
        durationMs: Math.round(observation.tookMs),
      })
      return
    case 'attempt_ended':
      log.debug('A refresh attempt ended', {
        connectionId: observation.key.connectionId,
        reason: observation.cause,
        outcome: observation.result.kind === 'gave_up' ? observation.result.why : observation.result.kind,
      })
      return
    case 'alarm':
      log.error('The rotation needs attention', {
        ...(observation.key && { connectionId: observation.key.connectionId }),
        code: observation.alarm,
      })
      return
    case 'surprise':
      log.error('A defect in the rotation', { error: observation.cause })
      return
  }
}
