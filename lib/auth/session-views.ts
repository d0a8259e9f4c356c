import 'server-only'
import { now } from '@/lib/clock'
import { type Db, db } from '@/lib/db'
import { IDLE_MS, type Person } from './partner-user'

export type SessionView = {
  readonly id: string
  /** The browser in words; null where it did not say. */
  readonly device: string | null
  /** Where it was last used. */
  readonly address: string | null
  readonly signedInAt: Date
  /** To the minute. */
  readonly lastSeenAt: Date
  readonly isCurrent: boolean
}

const LIMIT = 100

/** Where a person is signed in: this browser first, then by last use. */
export async function listSessions(
  { userId, sessionId }: Pick<Person, 'userId' | 'sessionId'>,
  client: Db = db(),
  at: Date = now(),
): Promise<readonly SessionView[]> {
  const rows = await client.session.findMany({
    where: { userId, expires: { gt: at }, lastSeenAt: { gt: new Date(at.getTime() - IDLE_MS) } },
    select: { id: true, device: true, address: true, createdAt: true, lastSeenAt: true },
    orderBy: { lastSeenAt: 'desc' },
    take: LIMIT,
  })
  const sessions = rows.map(({ createdAt, ...row }) => ({
    ...row,
    signedInAt: createdAt,
    isCurrent: row.id === sessionId,
  }))
  return sessions.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
}
