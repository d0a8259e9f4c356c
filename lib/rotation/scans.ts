import { type ConnectionKey, type CredentialRow, isDue, isInterrupted, isWithinWindow, leaseIsLive } from './row'

/** What the worker looks for, as functions of all rows: what the SQL of the scans must mean. They return no tokens. */
export type RotationScans = {
  dueForRescue(args: RescueScanArgs): Promise<ConnectionKey[]>
  dueForKeepAlive(args: KeepAliveScanArgs): Promise<DueForKeepAlive[]>
}

/** Also a place in the order of the scan, from which the next one goes on. */
export type DueForKeepAlive = ConnectionKey & { readonly keepAliveAt: number }
export type KeepAliveScanArgs = { readonly after: DueForKeepAlive | null; readonly limit: number }

export type RescueScanArgs = { readonly windowMs: number; readonly limit: number; readonly pastWindowLimit: number }

/** Step 9: inside the window first, oldest first, then a few past it. */
export function selectForRescue(rows: readonly CredentialRow[], args: RescueScanArgs, now: number): ConnectionKey[] {
  const due = rows
    .filter((row) => isInterrupted(row, now) && isDue(row, now) && row.quarantinedAt === null)
    .sort((a, b) => (a.firstSentAt ?? 0) - (b.firstSentAt ?? 0))
  const inside = due.filter((row) => isWithinWindow(row, now, args.windowMs)).slice(0, args.limit)
  const past = due.filter((row) => !isWithinWindow(row, now, args.windowMs)).slice(0, args.pastWindowLimit)
  return [...inside, ...past].map(keyOf)
}

/** By the refresh token's age, whether or not anybody uses the connection; those that are due for longest first. */
export function selectForKeepAlive(
  rows: readonly { row: CredentialRow; frozen: boolean }[],
  { after, limit }: KeepAliveScanArgs,
  now: number,
): DueForKeepAlive[] {
  return rows
    .filter(({ row, frozen }) => isDueForKeepAlive(row, now) && !frozen && row.quarantinedAt === null)
    .filter(({ row }) => isDue(row, now) && !leaseIsLive(row, now))
    .map(({ row }) => ({ ...keyOf(row), keepAliveAt: row.keepAliveAt ?? 0 }))
    .filter((due) => after === null || inOrderOfScan(after, due) < 0)
    .sort(inOrderOfScan)
    .slice(0, limit)
}

function inOrderOfScan(a: DueForKeepAlive, b: DueForKeepAlive): number {
  return a.keepAliveAt - b.keepAliveAt || (a.connectionId < b.connectionId ? -1 : 1)
}

export function isDueForKeepAlive(row: CredentialRow, now: number): boolean {
  return row.status === 'active' && row.keepAliveAt !== null && row.keepAliveAt <= now
}

function keyOf(row: CredentialRow): ConnectionKey {
  return { workspaceId: row.workspaceId, connectionId: row.connectionId }
}
