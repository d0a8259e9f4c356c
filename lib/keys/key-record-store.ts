import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'

export type KeyRecord = { readonly id: string; readonly label: string }

export type KeyRecordStore = ReturnType<typeof keyRecordStore>

/** Which key each id has meant since it was first read. The product may add an id, and never change one. */
export function keyRecordStore(db: Db = sharedDb()) {
  return {
    all: () => db.$queryRaw<KeyRecord[]>`SELECT id, label FROM token_key ORDER BY first_seen_at, id`,

    /** Of two processes that add one id at once, the first one decides. */
    async add({ id, label }: KeyRecord): Promise<void> {
      await db.$executeRaw`
        INSERT INTO token_key (id, label, first_seen_at) VALUES (${id}, ${label}, rotation_clock())
        ON CONFLICT (id) DO NOTHING`
    },
  }
}
