import type { Metadata } from 'next'
import { EntryList } from '@/components/audit/entry-list'
import { LogFilter } from '@/components/audit/log-filter'
import { Alert } from '@/components/ui/alert'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { type AuditFilter, auditParameters, FILTER_FIELDS } from '@/lib/audit/log-request'
import { listAuditEntries } from '@/lib/audit/views'
import { readLogRequest } from './read-log'

export const metadata: Metadata = { title: 'Audit log' }

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AuditPage({ searchParams }: Props) {
  const parameters = await searchParams
  const { partnerUser, request, clock, actors, connections } = await readLogRequest(parameters)
  const given = Object.fromEntries(
    FILTER_FIELDS.flatMap((name) => (typeof parameters[name] === 'string' ? [[name, parameters[name]]] : [])),
  )
  const problems = request.kind === 'invalid' ? request.problems : {}
  const asked = request.kind === 'asked' ? request : null
  const page = asked && (await listAuditEntries(partnerUser.workspace.id, { ...asked, timeZone: clock.timeZone }))
  return (
    <>
      <PageHeader title="Audit log" actions={asked && <Exports filter={asked.filter} />}>
        Who did what in {partnerUser.workspace.name}, and what Airwallex and the dashboard did. Nothing here can be
        changed.
      </PageHeader>
      <div className="mt-6 grid grid-cols-1 gap-6">
        <LogFilter given={given} problems={problems} actors={actors} connections={connections} />
        {!page && (
          <Alert role="alert" tone="caution" title="Nothing is shown: part of the URL is not valid">
            {Object.values(problems).join(' ')}
          </Alert>
        )}
        {page && page.entries.length > 0 && <EntryList entries={page.entries} clock={clock} />}
        {page && page.entries.length === 0 && <NothingFound />}
        {asked && <Pages filter={asked.filter} after={asked.after} next={page?.next ?? null} />}
      </div>
    </>
  )
}

/** Forms, because an export writes an entry; they need no script. */
function Exports({ filter }: { readonly filter: AuditFilter }) {
  const address = (format: string) =>
    `/audit/export?${new URLSearchParams([['format', format], ...auditParameters(filter)])}`
  return (
    <>
      <form method="post" action={address('csv')}>
        <Button type="submit" variant="secondary" size="sm">
          Export CSV
        </Button>
      </form>
      <form method="post" action={address('json_lines')}>
        <Button type="submit" variant="secondary" size="sm">
          Export JSON lines
        </Button>
      </form>
    </>
  )
}

const NothingFound = () => (
  <EmptyState
    title="No entry matches"
    action={
      <ButtonLink href="/audit" variant="secondary">
        Show the whole log
      </ButtonLink>
    }
  >
    No entry fits this filter.
  </EmptyState>
)

type PagesProps = { readonly filter: AuditFilter; readonly after: number | null; readonly next: number | null }

function Pages({ filter, after, next }: PagesProps) {
  if (after === null && next === null) return null
  const href = (place: number | null) => {
    const query = auditParameters(filter, place).toString()
    return query ? `/audit?${query}` : '/audit'
  }
  return (
    <nav aria-label="Pages" className="flex justify-between gap-4">
      {after === null ? (
        <span />
      ) : (
        <ButtonLink href={href(null)} variant="secondary" size="sm">
          Newest
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink href={href(next)} variant="secondary" size="sm">
          Older
        </ButtonLink>
      )}
    </nav>
  )
}
