import 'server-only'
import { forbidden } from 'next/navigation'
import { log } from '@/lib/log'
import type { PartnerUser } from './partner-user'
import { can, type Permission } from './permissions'

/** For pages and actions alike: a role without `permission` gets 403, and the log records it. */
export function requirePermission({ role, userId, workspace }: PartnerUser, permission: Permission): void {
  if (can(role, permission)) return
  log.warn('A role was refused', { userId, workspaceId: workspace.id, reason: permission })
  forbidden()
}
