import type { ReactNode } from 'react'
import { isSidebarCollapsed, themePreference } from '@/components/shell/preferences'
import { RestoredPage } from '@/components/shell/restored-page'
import { Shell } from '@/components/shell/shell'
import type { ShellProps } from '@/components/shell/shell-props'
import { TimeZoneCookie } from '@/components/shell/time-zone-cookie'
import { viewerClock } from '@/components/shell/viewer-clock'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { env } from '@/lib/env'
import { TIME_ZONE_COOKIE } from '@/lib/format/time-zone'
import { listOwnWorkspaces } from '@/lib/workspaces/views'
import { switchWorkspace } from '../workspaces/actions'
import { setSidebar, setTheme } from './actions'

/** Navigation around the pages. Each page asks for itself who the viewer is and what they may do. */
export default async function DashboardLayout({ children }: { readonly children: ReactNode }) {
  const [partnerUser, theme, collapsed, clock] = await Promise.all([
    requirePartnerUser(),
    themePreference(),
    isSidebarCollapsed(),
    viewerClock(),
  ])
  const workspaces = await listOwnWorkspaces(partnerUser.userId)
  const { airwallex, appOrigin } = env()
  const shell: ShellProps = {
    workspace: partnerUser.workspace,
    workspaces,
    user: { name: partnerUser.name, email: partnerUser.email, role: partnerUser.role },
    environment: airwallex.environment,
    theme,
    collapsed,
    mayReadAudit: can(partnerUser.role, 'audit.read'),
    setTheme,
    setSidebar,
    switchWorkspace,
  }
  return (
    <Shell {...shell}>
      {children}
      <RestoredPage />
      <TimeZoneCookie name={TIME_ZONE_COOKIE} rendered={clock.timeZone} secure={appOrigin.startsWith('https:')} />
    </Shell>
  )
}
