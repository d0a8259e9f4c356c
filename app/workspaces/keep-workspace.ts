import { cookies } from 'next/headers'
import { type WorkspaceChoice, workspaceCookie } from '@/lib/auth/workspace-cookie'
import { env } from '@/lib/env'

/** Has the browser be in this workspace from now on. */
export async function keepWorkspace(choice: WorkspaceChoice): Promise<void> {
  ;(await cookies()).set(workspaceCookie(env().appOrigin, choice))
}

/** Has it be in none: one that the person left, or that is no more. */
export async function forgetWorkspace(choice: WorkspaceChoice): Promise<void> {
  ;(await cookies()).set({ ...workspaceCookie(env().appOrigin, choice), value: '', maxAge: 0 })
}
