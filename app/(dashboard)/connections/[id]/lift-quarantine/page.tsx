import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { connectionName } from '@/components/connections/account-copy'
import { Consequence } from '@/components/connections/consequence'
import { NoRight } from '@/components/connections/no-right'
import { NoticeAlert } from '@/components/connections/notice-alert'
import { TaskButtons, TaskPage } from '@/components/connections/task-page'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import { SubmitButton } from '@/components/ui/submit-button'
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
  return (
    <TaskPage
      connectionId={id}
      name={name}
      title={
        <>
          Lift the quarantine of <ForeignText>{name}</ForeignText>?
        </>
      }
    >
      <NoticeAlert code={(await searchParams).notice} />
      <p className="mt-1 text-text-muted">
        Since <Moment at={status.since} clock={clock} as="moment" /> nothing of this connection is used, because this
        database looks like a copy or a restored backup of another one.
      </p>
      <ul className="mt-6 divide-y border-y">
        <Consequence icon="refresh" title="It is used and renewed again">
          Tokens are handed out, and the refresh token is renewed when one is needed. A renewal that was interrupted
          when the copy was made is sent again, late.
        </Consequence>
        <Consequence icon="alert" title="Only where the original no longer runs">
          If another system still holds this connection, the two renew it against each other, Airwallex takes that for a
          stolen token and ends the connection. Then the account’s owner has to consent again.
        </Consequence>
        {refreshTokenExpiresAt && (
          <Consequence icon="clock" title="There is time to find out">
            While it is quarantined its refresh token is not renewed; it lapses on{' '}
            <Moment at={refreshTokenExpiresAt} clock={clock} as="day" />. Until then nothing is lost by waiting.
          </Consequence>
        )}
      </ul>
      {can(partnerUser.role, 'connection.lift_quarantine') ? (
        <form action={liftQuarantine}>
          <input type="hidden" name="connectionId" value={id} />
          <TaskButtons connectionId={id}>
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
