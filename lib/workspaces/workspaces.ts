import type { PartnerUser, Person } from '@/lib/auth/partner-user'
import { mayEnter } from '@/lib/auth/sign-in-policy'
import { env } from '@/lib/env'
import { type WorkspaceCreation, workspaceStore } from './workspace-store'

/** Whether someone may have a workspace of their own: who came by invitation alone is a guest in another's. */
export function mayCreateWorkspace({ email }: Person): boolean {
  return email !== null && mayEnter(email, env().signIn)
}

/** With the person as its owner. */
export async function createWorkspace(
  person: Person,
  name: string,
): Promise<WorkspaceCreation | { readonly kind: 'not_allowed' }> {
  if (!mayCreateWorkspace(person)) return { kind: 'not_allowed' }
  return workspaceStore().create({ userId: person.userId, name })
}

export async function renameWorkspace({ userId, workspace }: PartnerUser, name: string): Promise<void> {
  await workspaceStore().rename({ workspaceId: workspace.id, actorId: userId, name })
}
