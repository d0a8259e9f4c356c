import { log } from '@/lib/log'
import type { Defer } from '@/lib/rotation/run/driver'
import { SNAPSHOT_KINDS } from '@/lib/snapshots/kinds'
import { refreshSnapshot } from '@/lib/snapshots/snapshots'
import type { AuthorizationDeps } from './deps'
import type { Finished } from './finish'

/**
 * What follows a callback, apart from its answer: the first look at a new grant's account, or, where the grant was refused,
 * a refresh of the connection that it may have harmed (Airwallex seems to keep one grant per application and account),
 * so that harm is seen now and not days later.
 */
export function followUp(
  finished: Finished,
  workspaceId: string,
  defer: Defer,
  { getAccessToken }: Pick<AuthorizationDeps, 'getAccessToken'>,
): void {
  switch (finished.kind) {
    case 'stored': {
      const { connectionId } = finished
      const principal = { system: 'first_fetch', workspaceId }
      for (const kind of SNAPSHOT_KINDS) {
        defer(quietly(refreshSnapshot({ principal, connectionId, kind, urgent: true, defer }, { getAccessToken })))
      }
      return
    }
    case 'refused': {
      if (!finished.holder) return
      const { workspaceId: holdersWorkspaceId, connectionId, generation } = finished.holder
      const principal = { system: 'refused_authorization', workspaceId: holdersWorkspaceId }
      defer(quietly(getAccessToken({ principal, connectionId, refusedGeneration: generation, defer })))
      return
    }
    case 'failed':
    case 'settled_before':
      return
  }
}

async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    log.error('What follows a callback failed', { error })
  }
}
