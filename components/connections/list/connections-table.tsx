import type { ConnectionSummary } from '@/lib/connections/view-rows'
import type { ViewerClock } from '@/lib/format/time-zone'
import { ConnectionRow } from './connection-row'
import { connectionRowWords } from './row-words'

type Props = { readonly connections: readonly ConnectionSummary[]; readonly clock: ViewerClock }

/** Columns leave by priority as it gets narrower; below 768 px each row becomes a card (globals.css, `.connections`). */
export function ConnectionsTable({ connections, clock }: Props) {
  return (
    <table className="connections">
      <caption className="sr-only">Connections, newest first</caption>
      <thead>
        <tr>
          <Column>Account</Column>
          <Column>Type and country</Column>
          <Column>Connection</Column>
          <Column>Airwallex status</Column>
          <Column>Last activity</Column>
          <Column title="When the refresh token expires unless it is renewed">Token expires</Column>
        </tr>
      </thead>
      <tbody>
        {connections.map((connection) => (
          <ConnectionRow key={connection.id} row={connectionRowWords(connection, clock)} />
        ))}
      </tbody>
    </table>
  )
}

const Column = ({ title, children }: { readonly title?: string; readonly children: string }) => (
  <th scope="col" title={title}>
    {children}
  </th>
)
