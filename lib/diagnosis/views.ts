import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'
import { isId } from '@/lib/ids'
import { type Diagnosis, diagnose } from './diagnosis'
import { diagnosisStore } from './diagnosis-store'

export type { Diagnosis, Evidence } from './diagnosis'

/**
 * Why a connection needs reauthorization, with the evidence; null where it needs none, or is absent or another
 * workspace's. What the worker has not looked at yet is diagnosed here, from the same rows.
 */
export async function getDiagnosis(
  workspaceId: string,
  connectionId: string,
  db: Db = sharedDb(),
): Promise<Diagnosis | null> {
  if (!isId(connectionId)) return null
  const ended = await diagnosisStore(db).ended({ workspaceId, connectionId })
  return ended && (ended.diagnosis ?? diagnose(ended.facts))
}
