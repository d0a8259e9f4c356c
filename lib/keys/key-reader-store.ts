import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'

export type KeyReader = { readonly id: string; readonly process: string; readonly keys: readonly string[] }

/** A process that was seen within the last minute. */
export type RunningReader = {
  /** Such as "web host/4711". */
  readonly process: string
  /** Labels (key-label.ts) in the order of its TOKEN_KEYS: it writes with the first. */
  readonly keys: readonly string[]
  readonly secondsAgo: number
}

export type KeyReaderStore = ReturnType<typeof keyReaderStore>

export function keyReaderStore(db: Db = sharedDb()) {
  return {
    /** Records that this process runs, and forgets those that ended days ago. */
    async tell({ id, process, keys }: KeyReader): Promise<void> {
      await db.$executeRaw`
        WITH ended AS (DELETE FROM key_reader WHERE last_seen_at < (SELECT rotation_clock()) - interval '1 day')
        INSERT INTO key_reader (id, process, keys, started_at, last_seen_at)
        VALUES (${id}::uuid, ${process}, ${[...keys]}::text[], rotation_clock(), rotation_clock())
        ON CONFLICT (id) DO UPDATE SET last_seen_at = rotation_clock()`
    },

    running: () => db.$queryRaw<RunningReader[]>`
      SELECT process, keys, greatest(0, extract(epoch FROM rotation_clock() - last_seen_at))::int AS "secondsAgo"
      FROM key_reader WHERE last_seen_at > (SELECT rotation_clock()) - interval '1 minute' ORDER BY process, started_at`,
  }
}
