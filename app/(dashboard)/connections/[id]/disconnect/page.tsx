import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { connectionName } from '@/components/connections/account-copy'
import { AIRWALLEX_INTEGRATIONS_PAGE } from '@/components/connections/airwallex-page'
import { NoRight } from '@/components/connections/no-right'
import { CONNECTION_NOTICES } from '@/components/connections/notice-copy'
import { ExternalLink } from '@/components/ui/external-link'
import { ForeignText } from '@/components/ui/foreign-text'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { SubmitButton } from '@/components/ui/submit-button'
import { Consequence, TaskButtons, TaskPage } from '@/components/ui/task-page'
import { can } from '@/lib/auth/permissions'
import { env } from '@/lib/env'
import { disconnect } from '../actions'
import { readConnection } from '../read-connection'

export const metadata: Metadata = { title: 'Disconnect' }

type Props = {
  readonly params: Promise<{ readonly id: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function DisconnectPage({ params, searchParams }: Props) {
  const found = await readConnection((await params).id)
  if (!found) notFound()
  const { partnerUser, connection } = found
  const { id, airwallexAccountId, status } = connection
  if (status.kind === 'disconnected') redirect(`/connections/${id}`)
  const name = connectionName(connection)
  const revokes = env().airwallex.revocationEndpoint !== undefined
  const back = { href: `/connections/${id}`, label: name }
  return (
    <TaskPage
      back={back}
      title={
        <>
          Disconnect <ForeignText>{name}</ForeignText>?
        </>
      }
    >
      <NoticeAlert notices={CONNECTION_NOTICES} code={(await searchParams).notice} className="mb-6" />
      <p className="mt-1 text-text-muted">
        The connection to <code className="font-mono text-sm [overflow-wrap:anywhere]">{airwallexAccountId}</code> in{' '}
        <ForeignText>{partnerUser.workspace.name}</ForeignText> ends.
      </p>
      <ul className="mt-6 divide-y border-y">
        <Consequence icon="cross" title="Stops right away">
          We delete its tokens. {partnerUser.workspace.name} and your systems lose access to the account through this
          connection, and we stop reading balances and details.
        </Consequence>
        <Consequence icon="check" title="Stays here">
          The last data we read, who connected it, and its renewal history. You can reauthorize it at any time.
        </Consequence>
        <Consequence icon="info" title="Stays at Airwallex">
          {revokes
            ? 'We ask Airwallex to revoke the refresh token. The application may stay listed in the account; '
            : 'The consent itself: the application stays listed in the account until '}
          {revokes ? 'its owner can remove it there. ' : 'its owner withdraws it there. '}
          <ExternalLink href={AIRWALLEX_INTEGRATIONS_PAGE}>Integrations at Airwallex</ExternalLink>
        </Consequence>
      </ul>
      {can(partnerUser.role, 'connection.disconnect') ? (
        <form action={disconnect}>
          <input type="hidden" name="connectionId" value={id} />
          <TaskButtons back={back}>
            <SubmitButton variant="danger" pendingLabel="Disconnecting…">
              Disconnect
            </SubmitButton>
          </TaskButtons>
        </form>
      ) : (
        <NoRight needed="admin" />
      )}
    </TaskPage>
  )
}
