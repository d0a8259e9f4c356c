'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { personAction } from '@/lib/auth/partner-action'
import { acceptInvitation } from '@/lib/workspaces/invitations'
import { keepWorkspace } from '../workspaces/keep-workspace'

export const joinWorkspace = personAction({ input: z.object({ token: z.string() }) }, async ({ person, input }) => {
  const joined = await acceptInvitation({ person, token: input.token })
  // The page says it, in the same words for every reason.
  if (!joined) redirect(`/invitations/${encodeURIComponent(input.token.slice(0, 43))}`)
  await keepWorkspace({ userId: person.userId, workspaceId: joined.workspaceId })
  redirect('/settings/members?notice=joined')
})
