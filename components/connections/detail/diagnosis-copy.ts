import type { Diagnosis, Evidence } from '@/lib/diagnosis/views'

/** How sure we are; the status panel shows the cause itself (`REASONS`). */
export const CERTAINTIES: Readonly<Record<Diagnosis['certainty'], string>> = {
  certain: 'Confirmed by the events below.',
  likely: 'The events below support this. Airwallex did not confirm it.',
  unknown: 'The events below are all we know, and they fit more than one cause.',
}

export const NO_EVIDENCE = 'We have no record besides the rejection itself.'

const times = (repairs: number) => (repairs === 0 ? 'sent once' : `sent ${repairs + 1} times`)

const EVENT_REASONS: Readonly<Record<string, string>> = {
  user_initiated: 'disconnected by the account’s owner',
  account_closed: 'the account was closed',
  account_suspended: 'the account was suspended',
  consenting_user_role_lost: 'the person who consented lost their role',
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  CONNECTED: 'connected',
  DISCONNECTED: 'disconnected',
  ACTIVE: 'active',
  SUSPENDED: 'suspended',
  CLOSED: 'closed',
  ACTION_REQUIRED: 'action required',
}

/** Airwallex's own word where we have none for it. */
const inWords = (words: Readonly<Record<string, string>>, word: string): string =>
  Object.hasOwn(words, word) ? (words[word] ?? word) : word

/** What happened, and what it says. */
export function evidenceInWords(evidence: Evidence): { readonly what: string; readonly note: string | null } {
  switch (evidence.kind) {
    case 'refresh_rejected':
      return {
        what: `Airwallex rejected the refresh token${evidence.lateProbe ? ' on a late retry' : ''} (${times(evidence.repairs)})`,
        note: null,
      }
    case 'refresh_unresolved':
      return {
        what: `Airwallex never answered the renewal (${times(evidence.repairs)})`,
        note: null,
      }
    case 'sealed_value_unreadable':
      return { what: 'The stored tokens could not be opened', note: null }
    case 'refresh_token_lapsed':
      return { what: 'The refresh token expired before it was used again', note: null }
    case 'disconnect_event':
      return {
        what: 'Airwallex reported a disconnection',
        note: evidence.reason
          ? `Reason given: ${inWords(EVENT_REASONS, evidence.reason)}.`
          : 'It gave no reason. Airwallex gives one only when the owner disconnects.',
      }
    case 'account_status':
      return {
        what: `The account was ${inWords(STATUS_WORDS, evidence.status)}`,
        note:
          evidence.source === 'event'
            ? 'From an Airwallex event.'
            : 'From the last data we fetched over this connection.',
      }
    case 'connections_api':
      return {
        what: `Airwallex’s list of connections says ${inWords(STATUS_WORDS, evidence.status)}`,
        note: 'Checked after the connection ended.',
      }
  }
}
