import { setTimeout as sleep } from 'node:timers/promises'
import type { Grant } from './seed'
import type { Child, Stage } from './stage'

/** The lease, a tick, the second attempt's own time-out: by then the rescuer has been there. */
export const REPAIRED_MS = 60_000

export const tokensOf = async (child: Child, grants: readonly Grant[]) => {
  const connectionIds = grants.map(({ connectionId }) => connectionId)
  const workspaceId = grants[0]?.workspaceId ?? ''
  return (await child.ask({ kind: 'tokens', workspaceId, connectionIds, concurrency: connectionIds.length })).told
}

/** How many still are interrupted after the time in which the rescuer ends that. */
export async function untilRepaired(stage: Stage): Promise<number> {
  const deadline = performance.now() + REPAIRED_MS
  for (;;) {
    const [row] = await stage.sql<{ n: string }>('SELECT count(*) AS n FROM credential WHERE first_sent_at IS NOT NULL')
    const open = Number(row?.n ?? 0)
    if (open === 0 || performance.now() > deadline) return open
    await sleep(100)
  }
}

/** Whether Airwallex's API opens the account to it. */
export async function tokenWorks(stage: Stage, token: string | null): Promise<boolean> {
  if (token === null) return false
  const response = await fetch(`${stage.sandboxOrigin}/api/v1/account`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return response.ok
}
