import type { Person } from './partner-user'
import { type SessionStore, sessionStore } from './session-store'

// A person's sessions end as rows: the next request with the cookie finds nothing, on every replica.

/** Signs a person out in one place. Someone else's session, or one that is over, is not found and nothing happens. */
export async function endOneSession(
  { userId }: Pick<Person, 'userId'>,
  sessionId: string,
  sessions: SessionStore = sessionStore(),
): Promise<void> {
  await sessions.endOf(userId, { only: sessionId })
}

/** Signs a person out everywhere but here. */
export async function endOtherSessions(
  { userId, sessionId }: Pick<Person, 'userId' | 'sessionId'>,
  sessions: SessionStore = sessionStore(),
): Promise<void> {
  await sessions.endOf(userId, { except: sessionId })
}
