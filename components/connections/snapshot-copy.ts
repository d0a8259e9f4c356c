import type { Tone } from '@/components/ui/tone'
import type { SnapshotFailure, SnapshotKind } from '@/lib/connections/snapshot-kinds'

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
    body: 'Airwallex does not let this connection read it. Add the permission to see it here.',
  },
  rate_limited: {
    tone: 'caution',
    title: 'Airwallex asked us to slow down',
    body: 'It is read again when this page is next opened.',
  },
  unavailable: {
    tone: 'caution',
    title: 'Airwallex did not answer',
    body: 'The connection itself is not affected. It is read again when this page is next opened.',
  },
  unreadable: {
    tone: 'caution',
    title: 'Airwallex’s answer could not be read',
    body: 'It had a form that this version does not know.',
  },
  unauthorized: {
    tone: 'caution',
    title: 'Airwallex refused the access token',
    body: 'Also after a renewal. If it stays so, reauthorize the connection.',
  },
  reauthorization_required: {
    tone: 'neutral',
    title: 'Not read since reauthorization is required',
    body: 'Reauthorize the connection to read it again.',
  },
  disconnected: { tone: 'neutral', title: 'Not read since the connection was disconnected', body: '' },
  frozen: { tone: 'neutral', title: 'Not read while the connection is frozen', body: '' },
  quarantined: { tone: 'neutral', title: 'Not read while the connection is quarantined', body: '' },
}
