import { z } from 'zod'
import { REAUTHORIZATION_REASONS } from '@/lib/rotation/row/row'
import type { Diagnosis, Evidence } from './diagnosis'

/** As stored with the connection: of which grant, and when it was made. `grantNo` is the credential's after the end. */
export type StoredDiagnosis = Diagnosis & { readonly grantNo: number; readonly at: Date }

const at = z.coerce.date()
const count = z.number().int()
const text = z.string()

const evidence: z.ZodType<Evidence> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refresh_rejected'), at, generation: count, repairs: count, lateProbe: z.boolean() }),
  z.object({ kind: z.literal('refresh_unresolved'), at, generation: count, repairs: count }),
  z.object({ kind: z.literal('sealed_value_unreadable'), at }),
  z.object({ kind: z.literal('refresh_token_lapsed'), at, lastRotatedAt: at }),
  z.object({ kind: z.literal('disconnect_event'), at, name: text, reason: text.nullable() }),
  z.object({ kind: z.literal('account_status'), at, status: text, source: z.enum(['event', 'account_read']) }),
  z.object({ kind: z.literal('connections_api'), at, status: text }),
])

const stored: z.ZodType<StoredDiagnosis> = z.object({
  grantNo: count,
  at,
  cause: z.enum(REAUTHORIZATION_REASONS),
  certainty: z.enum(['certain', 'likely', 'unknown']),
  evidence: z.array(evidence),
})

/** Null for what this release does not understand: it is made anew. */
export function storedDiagnosis(json: unknown): StoredDiagnosis | null {
  return stored.safeParse(json).data ?? null
}
