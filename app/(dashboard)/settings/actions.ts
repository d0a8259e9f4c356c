'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { partnerAction } from '@/lib/auth/partner-action'
import { WORKSPACES } from '@/lib/auth/partner-user'
import { deleteWorkspace as deleteIt } from '@/lib/workspaces/delete-workspace'
import { removeMember } from '@/lib/workspaces/members'
import { workspaceName } from '@/lib/workspaces/workspace-name'
import { renameWorkspace as rename } from '@/lib/workspaces/workspaces'
import { forgetWorkspace } from '../../workspaces/keep-workspace'

const target = z.object({ workspaceId: z.uuid() })

export const renameWorkspace = partnerAction(
  { permission: 'workspace.rename', input: target.extend({ name: workspaceName }) },
  async ({ partnerUser, input }) => {
    await rename(partnerUser, input.name)
    redirect('/settings?notice=renamed')
  },
)

export const leaveWorkspace = partnerAction(
  { permission: 'workspace.leave', fresh: true, input: target },
  async ({ partnerUser, input: { workspaceId } }) => {
    const { userId } = partnerUser
    const outcome = await removeMember({ partnerUser, userId })
    if (outcome !== 'removed') redirect(`/settings/leave?notice=${outcome === 'last_owner' ? outcome : 'not_allowed'}`)
    await forgetWorkspace({ userId, workspaceId })
    redirect(`${WORKSPACES}?notice=left`)
  },
)

export const deleteWorkspace = partnerAction(
  { permission: 'workspace.delete', fresh: true, input: target.extend({ name: z.string() }) },
  async ({ partnerUser, input: { workspaceId, name } }) => {
    const outcome = await deleteIt({ partnerUser, name: name.trim() })
    if (outcome !== 'deleted') redirect(`/settings/delete?notice=${outcome}`)
    await forgetWorkspace({ userId: partnerUser.userId, workspaceId })
    redirect(`${WORKSPACES}?notice=deleted`)
  },
)
