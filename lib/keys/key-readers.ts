import { hostname } from 'node:os'
import { v7 as uuidv7 } from 'uuid'
import { log } from '@/lib/log'
import type { TokenKeys } from '@/lib/vault/keyring'
import { keyLabel } from './key-label'
import { keyReaderStore } from './key-reader-store'

const TELL_EVERY_MS = 10_000

// One row a process; `next dev` reloads modules but keeps globalThis.
const shared = globalThis as { partnerDashboardKeyReader?: NodeJS.Timeout }

/**
 * Records, now and every ten seconds, which token keys this process reads. Never rejects: the process works on even if
 * the record fails, and `npm run keys` then does not know about it.
 */
export async function startTellingKeys(kind: 'web' | 'worker', tokenKeys: TokenKeys): Promise<void> {
  const reader = {
    id: uuidv7(),
    process: `${kind} ${hostname().slice(0, 40)}/${process.pid}`,
    keys: tokenKeys.map(keyLabel),
  }
  async function tell() {
    try {
      await keyReaderStore().tell(reader)
    } catch (error) {
      log.warn('Which keys this process reads could not be stored', { error })
    }
  }
  clearInterval(shared.partnerDashboardKeyReader)
  shared.partnerDashboardKeyReader = setInterval(tell, TELL_EVERY_MS).unref()
  await tell()
}
