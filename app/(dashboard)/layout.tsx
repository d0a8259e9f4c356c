import type { ReactNode } from 'react'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { isSidebarCollapsed, themePreference } from '@/components/shell/preferences'
import { RestoredPage } from '@/components/shell/restored-page'
import { Shell } from '@/components/shell/shell'
import type { ShellProps } from '@/components/shell/shell-props'
import { TimeZoneCookie } from '@/components/shell/time-zone-cookie'
import { viewerClock } from '@/components/shell/viewer-clock'
import { WorkerBanner } from '@/components/shell/worker-banner'
import { ButtonLink } from '@/components/ui/button-link'
import { SignOutForm } from '@/components/workspaces/sign-out-form'
import { getSignedIn, requirePartnerUser, WORKSPACES } from '@/lib/auth/partner-user'
import { can } from '@/lib/auth/permissions'
import { workerState } from '@/lib/background/heartbeat-views'
import { env } from '@/lib/env'
import { TIME_ZONE_COOKIE } from '@/lib/format/time-zone'
import { listOwnWorkspaces } from '@/lib/workspaces/views'
import { switchWorkspace } from '../workspaces/actions'
import { setSidebar, setTheme } from './actions'

/**
 * Navigation around the pages, or a plain frame for someone in no workspace: some of these pages belong to a person.
 * Each page asks for itself who the viewer is and what they may do.
 */
export default async function DashboardLayout({ children }: { readonly children: ReactNode }) {
  const [signedIn, theme, collapsed, clock, worker] = await Promise.all([
    getSignedIn(),
    themePreference(),
    isSidebarCollapsed(),
    viewerClock(),
    // Beside the session's: the page waits for its own rows longer than for this one.
    workerState(),
  ])
  const { airwallex, appOrigin } = env()
  const always = (
    <>
      <RestoredPage />
      <TimeZoneCookie name={TIME_ZONE_COOKIE} rendered={clock.timeZone} secure={appOrigin.startsWith('https:')} />
    </>
  )
  if (signedIn && signedIn.kind !== 'partner_user') {
    return (
      <PlainPage badge={<EnvironmentBadge environment={airwallex.environment} />}>
        {children}
        <SignOutForm name={signedIn.person.name}>
          <ButtonLink href={WORKSPACES} variant="link">
            Your workspaces
          </ButtonLink>
        </SignOutForm>
        {always}
      </PlainPage>
    )
  }
  const partnerUser = await requirePartnerUser()
  const workspaces = await listOwnWorkspaces(partnerUser.userId)
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
      <WorkerBanner state={worker} clock={clock} />
      {children}
      {always}
    </Shell>
  )
}
