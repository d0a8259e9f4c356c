import { notFound } from 'next/navigation'
import type { PartnerUser } from '@/lib/auth/partner-user'

/**
 * A form says which workspace its page was about. Where the viewer is in another one by now, such as after switching in
 * another tab, nothing is done to that one instead: the form's workspace answers as one that is not there.
 */
export function mustBeIn(partnerUser: PartnerUser, workspaceId: string): void {
  if (workspaceId !== partnerUser.workspace.id) notFound()
}
