import type { Tone } from '@/components/ui/tone'
import type { SnapshotFailure, SnapshotKind } from '@/lib/snapshots/kinds'

export const SNAPSHOT_TITLES: Readonly<Record<SnapshotKind, string>> = {
  account_details: 'Account details',
  balances: 'Balances',
}

/** The permission that reading it takes. */
export const SNAPSHOT_SCOPES: Readonly<Record<SnapshotKind, string>> = {
  account_details: 'account_details:read',
  balances: 'balance:read',
}

type Copy = { readonly tone: Tone; readonly title: string; readonly body: string }

/** Why the last try brought nothing, and what to do. */
export const SNAPSHOT_FAILURES: Readonly<Record<SnapshotFailure, Copy>> = {
  missing_permission: {
    tone: 'neutral',
    title: 'A permission is missing',
    body: 'Airwallex does not let this connection read this. Add the permission to see it here.',
  },
  rate_limited: {
    tone: 'caution',
    title: 'Airwallex asked us to slow down',
    body: 'We try again the next time you open this page.',
  },
  unavailable: {
    tone: 'caution',
    title: 'Airwallex did not answer',
    body: 'The connection itself is not affected. We try again the next time you open this page.',
  },
  unreadable: {
    tone: 'caution',
    title: 'We could not read Airwallex’s answer',
    body: 'This version does not know its format.',
  },
  unauthorized: {
    tone: 'caution',
    title: 'Airwallex refused the access token',
    body: 'It did so again after a renewal. If this continues, reauthorize the connection.',
  },
  reauthorization_required: {
    tone: 'neutral',
    title: 'Not refreshed: reauthorization required',
    body: 'Reauthorize the connection to refresh this.',
  },
  disconnected: { tone: 'neutral', title: 'Not refreshed: the connection is disconnected', body: '' },
  frozen: { tone: 'neutral', title: 'Not refreshed while the connection is frozen', body: '' },
  quarantined: { tone: 'neutral', title: 'Not refreshed while the connection is quarantined', body: '' },
}
