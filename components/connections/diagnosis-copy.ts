import type { Diagnosis, Evidence } from '@/lib/connections/diagnosis-views'

/** How sure we are; the cause itself stands in the status panel (`REASONS`). */
export const CERTAINTIES: Readonly<Record<Diagnosis['certainty'], string>> = {
  certain: 'What follows shows it.',
  likely: 'What follows fits, and nothing speaks against it; Airwallex did not say so.',
  unknown: 'What follows is all that is known, and it does not decide between several causes.',
}

export const NO_EVIDENCE = 'Nothing beside the refusal itself is on record.'

const times = (repairs: number) => (repairs === 0 ? 'It was sent once.' : `It was sent ${repairs + 1} times.`)

const EVENT_REASONS: Readonly<Record<string, string>> = {
  user_initiated: 'disconnected by the account’s owner',
  account_closed: 'the account was closed',
  account_suspended: 'the account was suspended',
  consenting_user_role_lost: 'who consented lost the role',
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
        what: evidence.lateProbe
          ? `Airwallex refused generation ${evidence.generation} when it was sent again late`
          : `Airwallex refused generation ${evidence.generation}`,
        note: times(evidence.repairs),
      }
    case 'refresh_unresolved':
      return {
        what: `No answer came for generation ${evidence.generation}, in time or later`,
        note: times(evidence.repairs),
      }
    case 'sealed_value_unreadable':
      return { what: 'The stored tokens could not be opened', note: null }
    case 'refresh_token_lapsed':
      return { what: 'The refresh token’s life ended before it was used again', note: null }
    case 'disconnect_event':
      return {
        what: 'Airwallex told us of a disconnection',
        note: evidence.reason
          ? `Reason given: ${inWords(EVENT_REASONS, evidence.reason)}.`
          : 'It gave no reason: Airwallex names only the owner’s own act.',
      }
    case 'account_status':
      return {
        what: `The account was ${inWords(STATUS_WORDS, evidence.status)}`,
        note: evidence.source === 'event' ? 'By an event of Airwallex.' : 'As last read with this connection.',
      }
    case 'connections_api':
      return {
        what: `Airwallex’s list of connections says ${inWords(STATUS_WORDS, evidence.status)}`,
        note: 'Asked after the connection ended.',
      }
  }
}
