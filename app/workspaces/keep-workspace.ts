import { cookies } from 'next/headers'
import { type WorkspaceChoice, workspaceCookie } from '@/lib/auth/workspace-cookie'
import { env } from '@/lib/env'

/** Puts this browser into the workspace. */
export async function keepWorkspace(choice: WorkspaceChoice): Promise<void> {
  ;(await cookies()).set(workspaceCookie(env().appOrigin, choice))
}

/** Clears it: the person left the workspace, or it is gone. */
export async function forgetWorkspace(choice: WorkspaceChoice): Promise<void> {
  ;(await cookies()).set({ ...workspaceCookie(env().appOrigin, choice), value: '', maxAge: 0 })
}
