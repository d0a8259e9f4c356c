import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import { SubmitButton } from '@/components/ui/submit-button'
import type { Role } from '@/lib/auth/permissions'
import type { ViewerClock } from '@/lib/format/time-zone'
import type { Invitation } from '@/lib/workspaces/views'
import { ResendForm, type SendInvitation } from './resend-form'
import { ROLE_COPY } from './role-copy'

type Props = {
  readonly invitations: readonly Invitation[]
  readonly grantable: readonly Role[]
  readonly workspaceId: string
  readonly clock: ViewerClock
  readonly resend: SendInvitation
  readonly withdraw: (form: FormData) => Promise<void>
}

/** Who was invited and has not joined, the newest first. */
export function InvitationList({ invitations, grantable, workspaceId, clock, resend, withdraw }: Props) {
  return (
    <ul className="divide-y border-b">
      {invitations.map(({ id, email, role, expiresAt, isExpired, isSenderAllowed, invitedBy }) => (
        <li key={id} className="flex flex-wrap items-start gap-x-6 gap-y-2 py-3">
          <div className="min-w-0 flex-1 basis-56">
            <p className="font-medium">
              <ForeignText>{email}</ForeignText>
            </p>
            <p className="text-sm text-text-muted">
              {ROLE_COPY[role].label}
              {invitedBy && (
                <>
                  , invited by <ForeignText>{invitedBy}</ForeignText>
                </>
              )}
              . {isExpired ? 'Expired' : 'Expires'} <Moment at={expiresAt} clock={clock} />.
            </p>
            {!isExpired && !isSenderAllowed && (
              <p className="text-sm text-text-muted">
                Cannot be accepted: the person who sent it may no longer invite. Send it again or withdraw it.
              </p>
            )}
          </div>
          {grantable.includes(role) && (
            <div className="flex flex-wrap items-start gap-2">
              <ResendForm action={resend} workspaceId={workspaceId} invitationId={id} email={email} />
              <form action={withdraw}>
                <input type="hidden" name="workspaceId" value={workspaceId} />
                <input type="hidden" name="invitationId" value={id} />
                <SubmitButton variant="quiet" size="sm" pendingLabel="Withdrawing…">
                  Withdraw<span className="sr-only"> the invitation of {email}</span>
                </SubmitButton>
              </form>
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}
