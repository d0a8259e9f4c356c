import 'server-only'
import { type Db, db } from '@/lib/db'

type Count = { readonly bucket: string; readonly key: string; readonly limit: number; readonly seconds: number }
type Counted = {
  /** In this window with this one; at most one more than the limit. */
  readonly taken: number
  readonly leftSeconds: number
}

export type RateLimitStore = ReturnType<typeof rateLimitStore>

export function rateLimitStore(client: Db = db()) {
  return {
    /**
     * Counts one more, or begins a new window where the last one is over. One statement and one row a key: those who come
     * at once queue at the row. Beyond the limit nothing is counted, so that refusals do not add up to anything.
     */
    async count({ bucket, key, limit, seconds }: Count): Promise<Counted> {
      const [row] = await client.$queryRaw<Counted[]>`
        INSERT INTO rate_limit AS r (bucket, key, taken, ends_at)
        VALUES (${bucket}, ${key}, 1, rotation_clock() + ${seconds} * interval '1 second')
        ON CONFLICT (bucket, key) DO UPDATE SET
          taken = CASE WHEN r.ends_at <= EXCLUDED.ends_at - ${seconds} * interval '1 second' THEN 1
            ELSE LEAST(r.taken, ${limit}) + 1 END,
          ends_at = CASE WHEN r.ends_at <= EXCLUDED.ends_at - ${seconds} * interval '1 second' THEN EXCLUDED.ends_at
            ELSE r.ends_at END
        RETURNING taken, extract(epoch FROM ends_at - rotation_clock())::float8 AS "leftSeconds"`
      if (!row) throw new Error('A take from a rate limit answered nothing')
      return row
    },
  }
}
