import clsx from 'clsx'
import type { ReactNode } from 'react'
import type { ConnectionSummary } from '@/lib/connections/view-rows'
import type { ViewerClock } from '@/lib/format/time-zone'
import { ConnectionRow } from './connection-row'
import { connectionRowWords } from './connection-row-words'

type Props = { readonly connections: readonly ConnectionSummary[]; readonly clock: ViewerClock }

/** Columns leave by priority as it gets narrower; below 768 px the first cell carries a second line instead. */
export function ConnectionsTable({ connections, clock }: Props) {
  return (
    <table className="w-full table-fixed border-b">
      <caption className="sr-only">Connections, the newest first</caption>
      <thead className="text-sm text-text-muted max-md:sr-only">
        <tr>
          <Column className="md:w-[38%] lg:w-[32%] xl:w-[24%] 2xl:w-[30%]">Account</Column>
          <Column className="w-[24%] max-lg:hidden xl:w-[15%] 2xl:w-[20%]">Type and country</Column>
          <Column>Connection</Column>
          <Column className="w-32 max-xl:hidden">Airwallex status</Column>
          <Column className="w-32 text-right">Last activity</Column>
          <Column className="w-27 text-right max-xl:hidden" title="When the refresh token lapses unless it is renewed">
            Token lapses
          </Column>
        </tr>
      </thead>
      <tbody className="divide-y">
        {connections.map((connection) => (
          <ConnectionRow key={connection.id} row={connectionRowWords(connection, clock)} />
        ))}
      </tbody>
    </table>
  )
}

type ColumnProps = { readonly className?: string; readonly title?: string; readonly children: ReactNode }

function Column({ className, title, children }: ColumnProps) {
  return (
    <th scope="col" title={title} className={clsx('column-heading', className)}>
      {children}
    </th>
  )
}
