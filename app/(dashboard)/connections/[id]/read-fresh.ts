import { headers } from 'next/headers'
import { after } from 'next/server'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { now } from '@/lib/clock'
import { log } from '@/lib/log'
import { isStale, type Snapshot, type SnapshotKind } from '@/lib/snapshots/kinds'
import { refreshSnapshot } from '@/lib/snapshots/snapshots'

export type Read = {
  readonly kind: SnapshotKind
  readonly connectionId: string
  readonly partnerUser: PartnerUser
  readonly stored: Snapshot | null
}

/** Asks Airwallex where what is stored is out of date. Not awaited: the page shows what is stored meanwhile. */
export function beginRead(read: Read): Promise<Snapshot | null> | null {
  return isStale(read.kind, read.stored, now()) ? readFresh(read) : null
}

/** A page that already shows what is stored is not replaced by an error because newer could not be had. */
async function readFresh({ partnerUser, connectionId, kind, stored }: Read): Promise<Snapshot | null> {
  try {
    const result = await refreshSnapshot({ principal: { partnerUser }, connectionId, kind, defer: after })
    return result.kind === 'snapshot' ? result.snapshot : stored
  } catch (error) {
    log.error('A section could not be read', { error, connectionId })
    return {
      data: stored?.data ?? null,
      fetchedAt: stored?.fetchedAt ?? null,
      attemptedAt: now(),
      failure: 'unavailable',
    }
  }
}

/** What a browser fetches on a guess must not reach Airwallex. (Links of ours to this page are never prefetched.) */
export async function isPrefetched(): Promise<boolean> {
  const sent = await headers()
  return [sent.get('sec-purpose'), sent.get('purpose')].some((purpose) => purpose?.includes('prefetch'))
}
