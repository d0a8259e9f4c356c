/** How a callback ends, in the words that the result page has one line of copy for each. */
export const CALLBACK_OUTCOMES = [
  'connected',
  'already_connected',
  'reauthorized',
  'denied_by_user',
  'expired',
  'state_unknown_or_used',
  'wrong_browser',
  'signed_out',
  'not_allowed',
  'different_account',
  'connected_elsewhere',
  'authorization_error',
  'airwallex_unavailable',
  'exchange_failed',
] as const

export type CallbackOutcome = (typeof CALLBACK_OUTCOMES)[number]

/** These have no pending authorization of the viewer's own: they are the address of the result page themselves. */
export const UNATTRIBUTED_OUTCOMES = [
  'state_unknown_or_used',
  'wrong_browser',
  'signed_out',
  'exchange_failed',
] as const

export type UnattributedOutcome = (typeof UNATTRIBUTED_OUTCOMES)[number]

/** What is stored with a pending authorization. */
export type StoredOutcome = Exclude<CallbackOutcome, 'state_unknown_or_used' | 'wrong_browser' | 'signed_out'>

/** Known before anything is sent to Airwallex, so it is stored by the very update that consumes the state. */
export type OutcomeAtConsumption = Extract<
  StoredOutcome,
  'denied_by_user' | 'expired' | 'not_allowed' | 'authorization_error' | 'exchange_failed'
>

/** A grant came and was stored. */
export type GrantedOutcome = Extract<StoredOutcome, 'connected' | 'already_connected' | 'reauthorized'>

/** A grant came and was dropped. */
export type RefusedGrantOutcome = Extract<StoredOutcome, 'different_account' | 'connected_elsewhere'>

export function isCallbackOutcome(value: string): value is CallbackOutcome {
  return (CALLBACK_OUTCOMES as readonly string[]).includes(value)
}

export function isUnattributedOutcome(value: string): value is UnattributedOutcome {
  return (UNATTRIBUTED_OUTCOMES as readonly string[]).includes(value)
}
