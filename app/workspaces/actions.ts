'use server'

import { notFound, redirect } from 'next/navigation'
import { z } from 'zod'
import { personAction } from '@/lib/auth/partner-action'
import { HOME } from '@/lib/auth/safe-path'
import { listOwnWorkspaces } from '@/lib/workspaces/views'
import { workspaceName } from '@/lib/workspaces/workspace-name'
import { createWorkspace as create } from '@/lib/workspaces/workspaces'
import { keepWorkspace } from './keep-workspace'

export const createWorkspace = personAction({ input: z.object({ name: workspaceName }) }, async ({ person, input }) => {
  const created = await create(person, input.name)
  if (created.kind !== 'created') return created
  await keepWorkspace({ userId: person.userId, workspaceId: created.workspaceId })
  redirect(HOME)
})

export const switchWorkspace = personAction(
  { input: z.object({ workspaceId: z.uuid() }) },
  async ({ person: { userId }, input: { workspaceId } }) => {
    const own = await listOwnWorkspaces(userId)
    if (!own.some(({ id }) => id === workspaceId)) notFound()
    await keepWorkspace({ userId, workspaceId })
    redirect(HOME)
  },
)
