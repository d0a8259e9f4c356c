import type { SignInRefusal } from '@/lib/auth/sign-in-policy'

type Copy = { readonly title: string; readonly next: string }

/** What happened and what to do about it, for each way in which signing in ends without a session. */
export const signInCopy = (provider: string): Record<SignInRefusal, Copy> => ({
  stranger: {
    title: 'Your e-mail address is not allowed to sign in here',
    next: 'Sign in as somebody else, or ask whoever runs this dashboard to allow your company’s e-mail domain.',
  },
  email_not_verified: {
    title: 'Your e-mail address is not verified',
    next: `Verify it with ${provider}, then sign in again.`,
  },
  disabled: {
    title: 'Your access was turned off',
    next: 'Ask whoever runs this dashboard to turn it on again.',
  },
  canceled: {
    title: 'Signing in was canceled',
    next: 'Nothing has changed. Sign in whenever you are ready.',
  },
  expired: {
    title: 'That sign-in took too long, or was finished in another browser',
    next: 'Start again here. It has to be finished in this browser within 15 minutes.',
  },
  link_over: {
    title: 'That link has been used, or is older than ten minutes',
    next: 'Ask for a new one here. A link works once.',
  },
  not_asked_again: {
    title: `${provider} did not ask who you are`,
    next: `It went by an earlier sign-in, which does not show that it is you now. Nothing has changed. Sign out at ${provider}, then try again here.`,
  },
  not_dated: {
    title: `${provider} does not say when it asked who you are`,
    next: `So its answer does not show that it is you now. Nothing has changed. Trying again will not help: ask whoever runs this dashboard to have ${provider} tell when people signed in.`,
  },
  too_many: {
    title: 'Too many tries from where you are',
    next: 'Wait a few minutes, then try again. Nobody is locked out for good.',
  },
  provider_unreachable: {
    title: `There is no answer from ${provider}`,
    next: 'Try again in a minute. If it goes on, tell whoever runs this dashboard.',
  },
  failed: {
    title: 'Signing in did not work',
    next: 'Try again. If it happens once more, tell whoever runs this dashboard when it did.',
  },
})
