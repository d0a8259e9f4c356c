import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { connectionName } from '@/components/connections/account-copy'
import { NoRight } from '@/components/connections/no-right'
import { CONNECTION_NOTICES } from '@/components/connections/notice-copy'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { Consequence, TaskButtons, TaskPage } from '@/components/ui/task-page'
import { can } from '@/lib/auth/permissions'
import { liftQuarantine } from '../actions'
import { readConnection } from '../read-connection'

export const metadata: Metadata = { title: 'Lift quarantine' }

type Props = {
  readonly params: Promise<{ readonly id: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function LiftQuarantinePage({ params, searchParams }: Props) {
  const found = await readConnection((await params).id)
  if (!found) notFound()
  const { partnerUser, clock, connection } = found
  const { id, status, refreshTokenExpiresAt } = connection
  if (status.kind !== 'quarantined') redirect(`/connections/${id}`)
  const name = connectionName(connection)
  const back = { href: `/connections/${id}`, label: name }
  return (
    <TaskPage
      back={back}
      title={
        <>
          Lift the quarantine of <ForeignText>{name}</ForeignText>?
        </>
      }
    >
      <NoticeAlert notices={CONNECTION_NOTICES} code={(await searchParams).notice} className="mb-6" />
      <p className="mt-1 text-text-muted">
        Since <Moment at={status.since} clock={clock} as="moment" /> nothing of this connection is used, because this
        database looks like a copy or a restored backup of another one.
      </p>
      <ul className="mt-6 divide-y border-y">
        <Consequence icon="refresh" title="It is used and renewed again">
          Tokens are issued again, and the refresh token is renewed when needed. A renewal that was interrupted when the
          copy was made is retried late.
        </Consequence>
        <Consequence icon="alert" title="Only if the original no longer runs">
          If another system still uses this connection, both renew its token. Airwallex treats that as a stolen token
          and ends the connection, and the account’s owner has to consent again.
        </Consequence>
        {refreshTokenExpiresAt && (
          <Consequence icon="clock" title="You have time to check">
            While it is quarantined its refresh token is not renewed. It expires on{' '}
            <Moment at={refreshTokenExpiresAt} clock={clock} as="day" />. You lose nothing by waiting until then.
          </Consequence>
        )}
      </ul>
      {can(partnerUser.role, 'connection.lift_quarantine') ? (
        <form action={liftQuarantine}>
          <input type="hidden" name="connectionId" value={id} />
          <TaskButtons back={back}>
            <SubmitButton variant="danger" pendingLabel="Lifting…">
              Lift quarantine
            </SubmitButton>
          </TaskButtons>
        </form>
      ) : (
        <NoRight needed="owner" />
      )}
    </TaskPage>
  )
}
