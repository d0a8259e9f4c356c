import 'server-only'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { z } from 'zod'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { cookieName } from './cookies'
import type { Role } from './permissions'
import { PATH_HEADER } from './request-path'
import { safePath } from './safe-path'
import { type SessionStore, sessionStore } from './session-store'
import { isSessionToken } from './session-token'

// The one place that says who is asking. Role and membership are read with every request, so that a removed member, a
// lowered role and a disabled user are refused at once, on every replica.

export type PartnerUser = {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly email: string | null
  readonly role: Role
  readonly workspace: { readonly id: string; readonly name: string }
}

const IDLE_MS = 30 * 60_000
const SEEN_EVERY_MS = 60_000

const session = z.object({
  sessionId: z.uuid(),
  expiresAt: z.date(),
  lastSeenAt: z.date(),
  userId: z.uuid(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  disabledAt: z.date().nullable(),
})
const membership = z.object({
  role: z.enum(['owner', 'admin', 'operator', 'viewer']),
  workspaceId: z.uuid(),
  workspaceName: z.string(),
})

/**
 * The partner user whose session `token` names, or null: unknown, idle for half an hour, older than it may get, of a
 * disabled user, without a workspace, or anything else than expected. An ended session's row is deleted.
 */
export async function readPartnerUser(
  token: unknown,
  { sessions, now }: { sessions: SessionStore; now: Date },
): Promise<PartnerUser | null> {
  if (!isSessionToken(token)) return null
  const row = await sessions.find(token)
  if (row === undefined) return null
  const found = session.safeParse(row)
  if (!found.success) {
    log.error('a session has an unexpected shape')
    return null
  }
  const { sessionId, expiresAt, lastSeenAt, userId, name, email, disabledAt } = found.data
  const idleMs = now.getTime() - lastSeenAt.getTime()
  if (expiresAt <= now || idleMs >= IDLE_MS || disabledAt) {
    await sessions.delete(token)
    return null
  }
  const member = membership.safeParse(row)
  if (!member.success) {
    // Signing in again gives a workspace to whoever lost theirs.
    log.warn('a partner user has no workspace', { userId })
    return null
  }
  if (idleMs >= SEEN_EVERY_MS) await sessions.markSeen(sessionId, now)
  const { role, workspaceId, workspaceName } = member.data
  return {
    userId,
    sessionId,
    name: name || email || 'Signed in',
    email,
    role,
    workspace: { id: workspaceId, name: workspaceName },
  }
}

/** Who is signed in, or null. Read once a request. @throws what the database throws: an outage signs nobody out. */
export const getPartnerUser = cache(async (): Promise<PartnerUser | null> => {
  const token = (await cookies()).get(cookieName(env().appOrigin, 'session'))?.value
  return token ? readPartnerUser(token, { sessions: sessionStore(), now: now() }) : null
})

/** Who is signed in; sends everybody else to sign in and back to the page they asked for. */
export async function requirePartnerUser(): Promise<PartnerUser> {
  return (await getPartnerUser()) ?? redirect(signInPath((await headers()).get(PATH_HEADER)))
}

/** The sign-in page, with the way back to `path` where that is a page. */
export function signInPath(path: string | null): string {
  const next = safePath(path)
  return next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'
}
