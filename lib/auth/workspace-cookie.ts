import { z } from 'zod'
import { ownCookieName } from '@/lib/security/own-cookie-name'

// Which of their workspaces someone is in. A preference without authority: the membership is read with every request.
// It names its user too, so that the next person at the same browser does not begin with someone else's choice.

const YEAR_SECONDS = 365 * 24 * 3_600

export const workspaceCookieName = (appOrigin: string): string => ownCookieName(appOrigin, 'workspace')

export function workspaceCookie(appOrigin: string, choice: { userId: string; workspaceId: string }) {
  return {
    name: workspaceCookieName(appOrigin),
    value: `${choice.userId}.${choice.workspaceId}`,
    path: '/',
    maxAge: YEAR_SECONDS,
    sameSite: 'lax',
    secure: appOrigin.startsWith('https:'),
    httpOnly: true,
  } as const
}

export type WorkspaceChoice = { readonly userId: string; readonly workspaceId: string }

/** Null for what this application did not write. */
export function parseWorkspaceCookie(value: string | undefined): WorkspaceChoice | null {
  const [userId, workspaceId, ...more] = value?.split('.') ?? []
  const parsed = z.object({ userId: z.uuid(), workspaceId: z.uuid() }).safeParse({ userId, workspaceId })
  return parsed.success && more.length === 0 ? parsed.data : null
}
