import type { Tone } from '@/components/ui/tone'
import type { CallbackOutcome } from '@/lib/connections/outcomes'

/** What the person can do next; the page turns each into a link or a form. */
export type NextStep = 'view_connection' | 'connect' | 'try_again' | 'sign_in' | 'reauthorize' | 'list'

export type OutcomeFacts = {
  /** What to call the account; null where none is known or none may be named. */
  readonly account: string | null
  readonly workspace: string
  readonly purpose: 'connect' | 'reauthorize' | 'add_permissions'
}

export type OutcomeCopy = {
  readonly tone: Tone
  readonly title: (facts: OutcomeFacts) => string
  readonly body: (facts: OutcomeFacts) => string
  /** The first is the primary action. */
  readonly next: readonly NextStep[]
}

const nameOf = ({ account }: OutcomeFacts) => account ?? 'The account'
const unchanged = ({ purpose, account }: OutcomeFacts) =>
  purpose === 'connect' ? 'Nothing was connected.' : `The connection of ${account ?? 'this account'} was not changed.`

export const OUTCOMES: Readonly<Record<CallbackOutcome, OutcomeCopy>> = {
  connected: {
    tone: 'positive',
    title: (facts) => `${nameOf(facts)} is connected`,
    body: ({ workspace }) => `Its details and balances can now be seen by everyone in ${workspace}.`,
    next: ['view_connection', 'connect'],
  },
  already_connected: {
    tone: 'positive',
    title: (facts) => `${nameOf(facts)} was connected already`,
    body: ({ workspace }) =>
      `The new authorization took the place of the one before. The connection in ${workspace} keeps its id and history.`,
    next: ['view_connection', 'connect'],
  },
  reauthorized: {
    tone: 'positive',
    title: (facts) =>
      facts.purpose === 'add_permissions' ? `${nameOf(facts)} has new permissions` : `${nameOf(facts)} is reauthorized`,
    body: ({ workspace }) =>
      `The new authorization is in use in ${workspace}. The connection keeps its id and history.`,
    next: ['view_connection', 'list'],
  },
  denied_by_user: {
    tone: 'neutral',
    title: () => 'Access was not granted',
    body: (facts) => `The request was declined at Airwallex. ${unchanged(facts)}`,
    next: ['try_again', 'list'],
  },
  expired: {
    tone: 'caution',
    title: () => 'This attempt took too long',
    body: (facts) => `An authorization has to be finished within ten minutes. ${unchanged(facts)}`,
    next: ['try_again', 'list'],
  },
  state_unknown_or_used: {
    tone: 'caution',
    title: () => 'This return from Airwallex is not valid',
    body: () =>
      'It was used before, or it does not belong to an authorization that was begun here. It changed nothing. If you just connected an account, look for it among the connections.',
    next: ['list', 'connect'],
  },
  wrong_browser: {
    tone: 'caution',
    title: () => 'This return belongs to another browser',
    body: () =>
      'An authorization has to end in the browser that began it, so that nobody can slip you somebody else’s account. It changed nothing.',
    next: ['list', 'connect'],
  },
  signed_out: {
    tone: 'caution',
    title: () => 'You were signed out meanwhile',
    body: () => 'The authorization could not be finished without you. It changed nothing; sign in and begin again.',
    next: ['sign_in'],
  },
  not_allowed: {
    tone: 'caution',
    title: () => 'Your role does not allow this any more',
    body: (facts) => `${unchanged(facts)} An admin or owner of ${facts.workspace} can give you the role of operator.`,
    next: ['list'],
  },
  different_account: {
    tone: 'caution',
    title: () => 'Another account was chosen',
    body: (facts) =>
      `A connection stays with its account. ${unchanged(facts)} Choose the same account at Airwallex, or connect the other one as a new connection.`,
    next: ['reauthorize', 'list'],
  },
  connected_elsewhere: {
    tone: 'caution',
    title: () => 'This account cannot be connected here',
    body: (facts) =>
      `Airwallex keeps one connection for each account and application, and this account has one already. ${unchanged(facts)} If that surprises you, please ask whoever runs this dashboard.`,
    next: ['list', 'connect'],
  },
  authorization_error: {
    tone: 'critical',
    title: () => 'Airwallex could not authorize this',
    body: (facts) =>
      `Airwallex answered with an error instead of a consent. ${unchanged(facts)} If it happens again, the settings of this application at Airwallex need a look.`,
    next: ['try_again', 'list'],
  },
  airwallex_unavailable: {
    tone: 'caution',
    title: () => 'Airwallex did not answer',
    body: (facts) =>
      `Your consent arrived, but Airwallex did not answer when we used it, and it can be used only once. ${unchanged(facts)} Please begin again in a minute.`,
    next: ['try_again', 'list'],
  },
  exchange_failed: {
    tone: 'critical',
    title: () => 'The authorization could not be finished',
    body: (facts) => `Its last step failed, at Airwallex or here. ${unchanged(facts)} Beginning again usually helps.`,
    next: ['try_again', 'list'],
  },
}
