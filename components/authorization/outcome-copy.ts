import type { Tone } from '@/components/ui/tone'
import type { CallbackOutcome } from '@/lib/authorization/outcomes'

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
  purpose === 'connect' ? 'Nothing was connected.' : `The connection to ${account ?? 'this account'} did not change.`

export const OUTCOMES: Readonly<Record<CallbackOutcome, OutcomeCopy>> = {
  connected: {
    tone: 'positive',
    title: (facts) => `${nameOf(facts)} is connected`,
    body: ({ workspace }) => `Everyone in ${workspace} can now see it.`,
    next: ['view_connection', 'connect'],
  },
  already_connected: {
    tone: 'positive',
    title: (facts) => `${nameOf(facts)} is already connected`,
    body: ({ workspace }) =>
      `The new authorization replaces the old one. The connection in ${workspace} keeps its id and history.`,
    next: ['view_connection', 'connect'],
  },
  reauthorized: {
    tone: 'positive',
    title: (facts) =>
      facts.purpose === 'add_permissions' ? `${nameOf(facts)} has new permissions` : `${nameOf(facts)} is reauthorized`,
    body: ({ workspace }) => `${workspace} now uses the new authorization. The connection keeps its id and history.`,
    next: ['view_connection', 'list'],
  },
  denied_by_user: {
    tone: 'neutral',
    title: () => 'Access was not granted',
    body: (facts) => `Someone declined the request at Airwallex. ${unchanged(facts)}`,
    next: ['try_again', 'list'],
  },
  expired: {
    tone: 'caution',
    title: () => 'This authorization expired',
    body: (facts) => `Finish an authorization within 10 minutes of starting it. ${unchanged(facts)}`,
    next: ['try_again', 'list'],
  },
  state_unknown_or_used: {
    tone: 'caution',
    title: () => 'This link from Airwallex is no longer valid',
    body: () =>
      'It has already been used, or the authorization was not started here. Nothing changed. If you just connected an account, look for it in your connections.',
    next: ['list', 'connect'],
  },
  wrong_browser: {
    tone: 'caution',
    title: () => 'You started this in another browser',
    body: () =>
      'Finish an authorization in the browser where you started it. This keeps other people from connecting their account to your workspace. Nothing changed.',
    next: ['list', 'connect'],
  },
  signed_out: {
    tone: 'caution',
    title: () => 'You were signed out',
    body: () => 'Your session ended before the authorization finished. Nothing changed. Sign in and start again.',
    next: ['sign_in'],
  },
  not_allowed: {
    tone: 'caution',
    title: () => 'Your role no longer allows this',
    body: (facts) => `${unchanged(facts)} An admin or owner of ${facts.workspace} can give you the Operator role.`,
    next: ['list'],
  },
  different_account: {
    tone: 'caution',
    title: () => 'You chose a different account',
    body: (facts) =>
      `A connection always belongs to one account. ${unchanged(facts)} Choose the same account at Airwallex, or connect the other one separately.`,
    next: ['reauthorize', 'list'],
  },
  connected_elsewhere: {
    tone: 'caution',
    title: () => 'This account cannot be connected here',
    body: (facts) =>
      `Airwallex allows one connection per account and application, and this account already has one. ${unchanged(facts)} If you did not expect this, ask your administrator.`,
    next: ['list', 'connect'],
  },
  authorization_error: {
    tone: 'critical',
    title: () => 'Airwallex returned an error',
    body: (facts) =>
      `Airwallex did not authorize the request. ${unchanged(facts)} If it happens again, ask your administrator to check this application’s settings at Airwallex.`,
    next: ['try_again', 'list'],
  },
  airwallex_unavailable: {
    tone: 'caution',
    title: () => 'Airwallex did not answer',
    body: (facts) =>
      `Airwallex did not answer when we used your consent, and a consent works only once. ${unchanged(facts)} Start again in a minute.`,
    next: ['try_again', 'list'],
  },
  exchange_failed: {
    tone: 'critical',
    title: () => 'The authorization could not be finished',
    body: (facts) =>
      `The last step failed, at Airwallex or on our side. ${unchanged(facts)} Starting again usually works.`,
    next: ['try_again', 'list'],
  },
}
