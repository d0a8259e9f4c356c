import 'server-only'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { z } from 'zod'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { cookieName } from './cookies'
import { isOpaqueToken } from './opaque-token'
import { ROLES, type Role } from './permissions'
import { requestClient } from './request-client'
import { PATH_HEADER } from './request-path'
import { CONFIRM, safePath } from './safe-path'
import { type SessionStore, sessionStore } from './session-store'
import { parseWorkspaceCookie, type WorkspaceChoice, workspaceCookieName } from './workspace-cookie'

// The one place that says who is asking. Role and membership are read with every request, so that a removed member, a
// lowered role and a disabled user are refused at once, on every replica.

/** Someone who is signed in, with a workspace or without. */
export type Person = {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
  readonly email: string | null
  /** When they last proved who they are; the beginning of time where their provider does not say. */
  readonly authenticatedAt: Date
}

/** A person in one of their workspaces. */
export type PartnerUser = Person & {
  readonly role: Role
  readonly workspace: { readonly id: string; readonly name: string }
}

export type SignedIn =
  | { readonly kind: 'partner_user'; readonly partnerUser: PartnerUser }
  /** Never had one, or was removed from the last. */
  | { readonly kind: 'without_workspace'; readonly person: Person }
  /** Their browser is in a workspace that they are a member of no more. Nothing is done in another one instead. */
  | { readonly kind: 'removed'; readonly person: Person }

/** A session that is not used for so long is over. */
export const IDLE_MS = 30 * 60_000
const SEEN_EVERY_MS = 60_000
const FRESH_MS = 10 * 60_000

const session = z.object({
  sessionId: z.uuid(),
  expiresAt: z.date(),
  lastSeenAt: z.date(),
  authenticatedAt: z.date(),
  userId: z.uuid(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  disabledAt: z.date().nullable(),
})
const membership = z.object({
  role: z.enum(ROLES),
  workspaceId: z.uuid(),
  workspaceName: z.string(),
})
const noMembership = z.object({ role: z.null(), workspaceId: z.null(), workspaceName: z.null() })

type Reading = {
  readonly sessions: SessionStore
  readonly now: Date
  /** What the browser prefers, believed only where the membership is there. */
  readonly choice?: WorkspaceChoice | null
  /** Where the request comes from; null where that is not known. */
  readonly address?: string | null
}

/**
 * Who the session `token` is of, or null: unknown, idle for half an hour, older than it may get, of a disabled user, or
 * anything else than expected. An ended session's row is deleted.
 */
export async function readSignedIn(token: unknown, reading: Reading): Promise<SignedIn | null> {
  const { sessions, now, choice = null } = reading
  if (!isOpaqueToken(token)) return null
  const row = await sessions.find(token, choice?.workspaceId ?? null)
  if (row === undefined) return null
  const found = session.safeParse(row)
  const member = z.union([membership, noMembership]).safeParse(row)
  if (!found.success || !member.success) {
    log.error('A session has an unexpected shape')
    return null
  }
  const { sessionId, expiresAt, lastSeenAt, authenticatedAt, userId, name, email, disabledAt } = found.data
  const idleMs = now.getTime() - lastSeenAt.getTime()
  if (expiresAt <= now || idleMs >= IDLE_MS || disabledAt) {
    await sessions.delete(token)
    return null
  }
  if (idleMs >= SEEN_EVERY_MS) await sessions.markSeen(sessionId, now, reading.address)
  const person = { userId, sessionId, name: name || email || 'Signed in', email, authenticatedAt }
  const { role, workspaceId, workspaceName } = member.data
  if (role === null) return { kind: 'without_workspace', person }
  if (choice?.userId === userId && choice.workspaceId !== workspaceId) return { kind: 'removed', person }
  return { kind: 'partner_user', partnerUser: { ...person, role, workspace: { id: workspaceId, name: workspaceName } } }
}

/** Who is signed in, or null. Read once a request. @throws what the database throws: an outage signs no one out. */
export const getSignedIn = cache(async (): Promise<SignedIn | null> => {
  const jar = await cookies()
  const { appOrigin } = env()
  const token = jar.get(cookieName(appOrigin, 'session'))?.value
  if (!token) return null
  const choice = parseWorkspaceCookie(jar.get(workspaceCookieName(appOrigin))?.value)
  const { address } = requestClient(await headers())
  return readSignedIn(token, { sessions: sessionStore(), now: now(), choice, address })
})

/** Who is signed in and in which workspace; null for anyone who is not both. */
export async function getPartnerUser(): Promise<PartnerUser | null> {
  const signedIn = await getSignedIn()
  return signedIn?.kind === 'partner_user' ? signedIn.partnerUser : null
}

/** Who is signed in, with a workspace or without. */
export async function getPerson(): Promise<Person | null> {
  const signedIn = await getSignedIn()
  return signedIn && (signedIn.kind === 'partner_user' ? signedIn.partnerUser : signedIn.person)
}

/** Who is in a workspace; leads everyone else to sign in and back to the page they asked for, or to their workspaces. */
export async function requirePartnerUser(): Promise<PartnerUser> {
  const signedIn = await getSignedIn()
  if (signedIn?.kind === 'partner_user') return signedIn.partnerUser
  return redirect(signedIn ? WORKSPACES : signInPath((await headers()).get(PATH_HEADER)))
}

/** Who is signed in; leads everyone else to sign in and back. */
export async function requirePerson(): Promise<Person> {
  return (await getPerson()) ?? redirect(signInPath((await headers()).get(PATH_HEADER)))
}

/** Whether someone proved who they are at most ten minutes ago, as what cannot be undone asks for. */
export const isFresh = ({ authenticatedAt }: Person, now: Date): boolean =>
  now.getTime() - authenticatedAt.getTime() < FRESH_MS

/** Where someone chooses one of their workspaces or makes one. */
export const WORKSPACES = '/workspaces'

/** The sign-in page, with the way back to `path` where that is a page. */
export const signInPath = (path: string | null): string => leadingBack('/sign-in', path)

/** The page that asks for a fresh sign-in, with the way back. */
export const confirmPath = (path: string | null): string => leadingBack(CONFIRM, path)

function leadingBack(page: string, path: string | null): string {
  const next = safePath(path)
  return next ? `${page}?next=${encodeURIComponent(next)}` : page
}
