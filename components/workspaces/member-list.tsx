import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { buttonStyles } from '@/components/ui/button-styles'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import type { Role } from '@/lib/auth/permissions'
import type { ViewerClock } from '@/lib/format/time-zone'
import type { Member } from '@/lib/workspaces/views'
import { ROLE_COPY } from './role-copy'

type Props = {
  readonly members: readonly Member[]
  readonly viewerId: string
  /** The roles within the viewer's reach: members with another one show no way to change them. */
  readonly grantable: readonly Role[]
  readonly clock: ViewerClock
}

/** Who is in the workspace, as what, and since when. */
export function MemberList({ members, viewerId, grantable, clock }: Props) {
  return (
    <ul className="divide-y border-b">
      {members.map(({ userId, name, email, role, since }) => (
        <li key={userId} className="flex flex-wrap items-center gap-x-6 gap-y-1 py-3">
          <div className="min-w-0 flex-1 basis-56">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
              <ForeignText>{name || email || 'Unnamed member'}</ForeignText>
              {userId === viewerId && <Badge tone="info">You</Badge>}
            </p>
            {email && email !== name && (
              <p className="text-sm text-text-muted">
                <ForeignText>{email}</ForeignText>
              </p>
            )}
          </div>
          <div className="w-40">
            <p>{ROLE_COPY[role].label}</p>
            <p className="text-sm text-text-muted">
              Since <Moment at={since} clock={clock} as="day" />
            </p>
          </div>
          <div className="w-20 text-right max-sm:w-full max-sm:text-left">
            {grantable.includes(role) && (
              <Link
                href={`/settings/members/${userId}`}
                prefetch={false}
                className={buttonStyles({ variant: 'secondary', size: 'sm' })}
              >
                Change
                <span className="sr-only"> {name || email}</span>
              </Link>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
