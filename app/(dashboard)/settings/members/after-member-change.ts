import { notFound, redirect } from 'next/navigation'
import type { WorkspaceNotice } from '@/components/workspaces/notice-copy'
import type { MemberRefusal } from '@/lib/workspaces/member-rules'

type Outcome = Exclude<MemberRefusal, 'not_found'> | 'changed' | 'unchanged' | 'removed' | 'transferred'

const NOTICES: Readonly<Record<Outcome, WorkspaceNotice | null>> = {
  changed: 'role_changed',
  unchanged: null,
  removed: 'removed',
  transferred: 'transferred',
  not_allowed: 'not_allowed',
  last_owner: 'last_owner',
}

/** Leads to the list and says what was done, or back to the member and says why it was not. */
export function afterMemberChange(userId: string, outcome: Outcome | 'not_found'): never {
  if (outcome === 'not_found') notFound()
  const isRefused = outcome === 'not_allowed' || outcome === 'last_owner'
  const page = isRefused ? `/settings/members/${encodeURIComponent(userId)}` : '/settings/members'
  const notice = NOTICES[outcome]
  redirect(notice ? `${page}?notice=${notice}` : page)
}
