import { log } from '@/lib/log'
import { diagnose } from './diagnosis'
import { type DiagnosisStore, diagnosisStore } from './diagnosis-store'

const BATCH = 100

/**
 * Finds out why connections ended, and looks again while evidence may still come: an event can be three days late.
 * Gives how many were looked at, at most a hundred a call.
 */
export async function diagnoseEnded(signal: AbortSignal, store: DiagnosisStore = diagnosisStore()): Promise<number> {
  let count = 0
  for (const key of await store.toDiagnose(BATCH)) {
    if (signal.aborted) break
    const ended = await store.ended(key)
    if (!ended) continue
    const diagnosis = diagnose(ended.facts)
    await store.save(key, ended.grantNo, diagnosis)
    count += 1
    if (ended.diagnosis?.cause !== diagnosis.cause) {
      log.info('An ended connection is diagnosed', { connectionId: key.connectionId, reason: diagnosis.cause })
    }
  }
  return count
}
