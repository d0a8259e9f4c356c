import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ScopeList } from '@/components/authorization/scope-list'
import { connectionName } from '@/components/connections/account-copy'
import { NoRight } from '@/components/connections/no-right'
import { CONNECTION_NOTICES } from '@/components/connections/notice-copy'
import { ForeignText } from '@/components/ui/foreign-text'
import { NoticeAlert } from '@/components/ui/notice-alert'
import { Section } from '@/components/ui/section'
import { SubmitButton } from '@/components/ui/submit-button'
import { TaskButtons, TaskPage } from '@/components/ui/task-page'
import { includesScope } from '@/lib/airwallex/scopes'
import { can } from '@/lib/auth/permissions'
import { scopesToRequest } from '@/lib/authorization/scope-choice'
import { env } from '@/lib/env'
import { reauthorize } from '../actions'
import { readConnection } from '../read-connection'

export const metadata: Metadata = { title: 'Reauthorize' }

type Props = {
  readonly params: Promise<{ readonly id: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ReauthorizePage({ params, searchParams }: Props) {
  const found = await readConnection((await params).id)
  if (!found) notFound()
  const { partnerUser, connection } = found
  const { id, grantedScopes, airwallexAccountId, status } = connection
  const name = connectionName(connection)
  const choice = scopesToRequest(
    { purpose: 'reauthorize', registered: env().airwallex.scopes, granted: grantedScopes, chosen: [] },
    includesScope,
  )
  const asked = choice.kind === 'chosen' ? choice.scopes : []
  const added = asked.filter((scope) => !includesScope(grantedScopes, scope))
  const dropped = grantedScopes.filter((scope) => !includesScope(asked, scope))
  const isInUse = status.kind === 'active' || status.kind === 'temporarily_unavailable'
  const back = { href: `/connections/${id}`, label: name }
  return (
    <TaskPage back={back} title="Reauthorize">
      <NoticeAlert notices={CONNECTION_NOTICES} code={(await searchParams).notice} className="mb-6" />
      <p className="mt-1 text-text-muted">
        Airwallex will ask for consent again for <ForeignText className="text-text">{name}</ForeignText>. Choose the
        same account there:{' '}
        <code className="font-mono text-sm text-text [overflow-wrap:anywhere]">{airwallexAccountId}</code>.{' '}
        {isInUse
          ? 'The current authorization stays in use until the new consent is confirmed.'
          : 'The connection keeps its id and history.'}
      </p>
      <div className="mt-8 grid gap-8">
        <Section id="asked" title="What we will request">
          <ScopeList scopes={asked} mark="asked" className="py-4 sm:columns-2" />
          <p className="border-t py-3 text-sm text-text-muted">
            {added.length === 0
              ? 'These were granted before.'
              : 'Everything this application is registered for, because nothing was granted before.'}
          </p>
        </Section>
        {dropped.length > 0 && (
          <Section id="dropped" title="Granted now and not requested again">
            <ScopeList scopes={dropped} mark="missing" className="py-4 sm:columns-2" />
          </Section>
        )}
      </div>
      {can(partnerUser.role, 'connection.reauthorize') ? (
        <form action={reauthorize}>
          <input type="hidden" name="connectionId" value={id} />
          <TaskButtons back={back}>
            <SubmitButton pendingLabel="Opening Airwallex…">Reauthorize</SubmitButton>
          </TaskButtons>
        </form>
      ) : (
        <NoRight needed="operator" />
      )}
    </TaskPage>
  )
}
