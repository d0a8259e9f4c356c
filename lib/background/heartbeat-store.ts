import 'server-only'
import { type Db, db as sharedDb } from '@/lib/db'

export type Heartbeat = { readonly id: string; readonly process: string; readonly version: string }

export type HeartbeatStore = ReturnType<typeof heartbeatStore>

export function heartbeatStore(db: Db = sharedDb()) {
  return {
    async beat({ id, process, version }: Heartbeat): Promise<void> {
      await db.$executeRaw`
        INSERT INTO worker_heartbeat (id, process, version, started_at, last_seen_at)
        VALUES (${id}::uuid, ${process}, ${version}, rotation_clock(), rotation_clock())
        ON CONFLICT (id) DO UPDATE SET last_seen_at = rotation_clock(), stopped_at = NULL`
    },

    async stop(id: string): Promise<void> {
      await db.$executeRaw`
        UPDATE worker_heartbeat SET last_seen_at = rotation_clock(), stopped_at = rotation_clock()
        WHERE id = ${id}::uuid`
    },
  }
}
