import { log } from '@/lib/log'
import { recheckDeployment } from './identity'

/** A failover happens under running processes, and the next start may be weeks away. */
const EVERY_MS = 30_000

// One watch a process; `next dev` reloads modules but keeps globalThis.
const shared = globalThis as { partnerDashboardDeploymentWatch?: NodeJS.Timeout }

/** Looks every half minute whether another database or timeline took the place of this process's. Holds nothing up. */
export function watchDeployment(): void {
  clearInterval(shared.partnerDashboardDeploymentWatch)
  shared.partnerDashboardDeploymentWatch = setInterval(lookAgain, EVERY_MS).unref()
}

async function lookAgain(): Promise<void> {
  try {
    await recheckDeployment()
  } catch (error) {
    // The database is away, or a standby that takes no writes yet: the next check decides.
    log.debug('The database could not be asked which one it is', { error })
  }
}
