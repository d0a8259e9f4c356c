import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ScopeChoice } from '@/components/authorization/scope-choice'
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
import { env } from '@/lib/env'
import { addPermissions } from '../actions'
import { readConnection } from '../read-connection'

export const metadata: Metadata = { title: 'Add permissions' }

type Props = {
  readonly params: Promise<{ readonly id: string }>
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function PermissionsPage({ params, searchParams }: Props) {
  const found = await readConnection((await params).id)
  if (!found) notFound()
  const { partnerUser, connection } = found
  const { id, grantedScopes, airwallexAccountId } = connection
  const registered = env().airwallex.scopes
  const mayAdd = can(partnerUser.role, 'connection.reauthorize')
  const kept = registered.filter((scope) => includesScope(grantedScopes, scope))
  const open = registered.filter((scope) => !includesScope(grantedScopes, scope))
  const name = connectionName(connection)
  const { notice } = await searchParams
  const back = { href: `/connections/${id}`, label: name }
  return (
    <TaskPage back={back} title="Add permissions">
      <NoticeAlert notices={CONNECTION_NOTICES} code={notice} className="mb-6" />
      {open.length === 0 ? (
        <p className="mt-1 text-text-muted">
          This application’s permissions are all granted for <ForeignText className="text-text">{name}</ForeignText>.
        </p>
      ) : (
        <p className="mt-1 text-text-muted">
          Choose what else this connection may do. Airwallex then asks for consent to everything for the same account,{' '}
          <code className="font-mono text-sm text-text [overflow-wrap:anywhere]">{airwallexAccountId}</code>. Current
          permissions stay in use until then.
        </p>
      )}
      <form action={addPermissions} className="mt-8 grid gap-8">
        <input type="hidden" name="connectionId" value={id} />
        {open.length > 0 && (
          <Section id="open" title="Not granted yet">
            {mayAdd ? (
              <ScopeChoice scopes={open} checked={() => open.length === 1} />
            ) : (
              <ScopeList scopes={open} mark="missing" className="py-4 sm:columns-2" />
            )}
          </Section>
        )}
        <Section id="granted" title={open.length > 0 ? 'Granted now and requested again' : 'Granted now'}>
          <ScopeList scopes={kept} mark="granted" className="py-4 sm:columns-2" />
        </Section>
        {open.length > 0 && mayAdd && (
          <TaskButtons back={back}>
            <SubmitButton pendingLabel="Opening Airwallex…">Add permissions</SubmitButton>
          </TaskButtons>
        )}
      </form>
      {!mayAdd && <NoRight needed="operator" />}
    </TaskPage>
  )
}
