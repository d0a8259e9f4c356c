import { type ConnectionKey, type CredentialRow, isDue, isWithinWindow, leaseIsLive } from './row'

/** What the worker looks for, as functions of all rows: what the SQL of the scans must mean. They return no tokens. */
export type RotationScans = {
  dueForRescue(args: RescueScanArgs): Promise<ConnectionKey[]>
  dueForKeepAlive(args: KeepAliveScanArgs): Promise<DueForKeepAlive[]>
}

/** Also a place in the order of the scan, from which the next one goes on. */
export type DueForKeepAlive = ConnectionKey & { readonly keepAliveAt: number }
export type KeepAliveScanArgs = { readonly after: DueForKeepAlive | null; readonly limit: number }

export type RescueScanArgs = { readonly windowMs: number; readonly limit: number; readonly pastWindowLimit: number }

/**
 * Step 9: inside the window first, oldest first, then a few past it, then a few whose refresh token did not open, those
 * first that wait for longest: the right key may be back.
 */
export function selectForRescue(rows: readonly CredentialRow[], args: RescueScanArgs, now: number): ConnectionKey[] {
  const due = rows
    .filter((row) => row.status === 'active' && row.quarantinedAt === null && isDue(row, now) && !leaseIsLive(row, now))
    .sort((a, b) => (a.firstSentAt ?? 0) - (b.firstSentAt ?? 0))
  const interrupted = due.filter((row) => row.firstSentAt !== null)
  const inside = interrupted.filter((row) => isWithinWindow(row, now, args.windowMs)).slice(0, args.limit)
  const past = interrupted.filter((row) => !isWithinWindow(row, now, args.windowMs)).slice(0, args.pastWindowLimit)
  const unreadable = due
    .filter((row) => row.firstSentAt === null && row.unreadableSince !== null)
    .sort((a, b) => (a.nextAttemptAt ?? 0) - (b.nextAttemptAt ?? 0))
    .slice(0, args.pastWindowLimit)
  return [...inside, ...past, ...unreadable].map(keyOf)
}

/** By the refresh token's age, whether or not anyone uses the connection; those that are due for longest first. */
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
