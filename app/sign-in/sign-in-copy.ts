import { type ClaimNames, type SignInRefusal, STANDARD_CLAIMS } from '@/lib/auth/sign-in-policy'

type Copy = { readonly title: string; readonly next: string }

/** What happened and what to do about it, for each way in which signing in ends without a session. */
export const signInCopy = (provider: string, claims: ClaimNames = STANDARD_CLAIMS): Record<SignInRefusal, Copy> => ({
  stranger: {
    title: 'Your email address is not allowed to sign in here',
    next: 'Use another account, or ask your administrator to allow your company’s email domain.',
  },
  email_missing: {
    title: `${provider} did not share your email address`,
    next: `Show this to your administrator: the claim “${claims.email}” is missing from what ${provider} sends about you.`,
  },
  email_malformed: {
    title: `${provider} sent an email address that cannot be used`,
    next: `Show this to your administrator: the claim “${claims.email}” has to hold one address, such as ada@company.com.`,
  },
  email_verified_missing: {
    title: `${provider} does not say whether your email address is verified`,
    next: `Show this to your administrator: the claim “${claims.emailVerified}” is missing from what ${provider} sends about you. It has to be the boolean true.`,
  },
  email_verified_not_boolean: {
    title: `${provider} does not say clearly that your email address is verified`,
    next: `Show this to your administrator: the claim “${claims.emailVerified}” has to be the boolean true. ${provider} sends another type, such as the text "true".`,
  },
  email_not_verified: {
    title: 'Your email address is not verified',
    next: `Verify it with ${provider}, then sign in again.`,
  },
  disabled: {
    title: 'Your access was turned off',
    next: 'Ask your administrator to turn it on again.',
  },
  canceled: {
    title: 'Signing in was canceled',
    next: 'Nothing changed. Sign in when you are ready.',
  },
  expired: {
    title: 'That sign-in expired or was finished in another browser',
    next: 'Start again and finish in this browser within 15 minutes.',
  },
  link_over: {
    title: 'That link has been used or has expired',
    next: 'Ask for a new one here. A link works once, for 10 minutes.',
  },
  link_changed: {
    title: 'Another link was opened in this browser',
    next: 'No one has signed in yet. Check the address below before you do.',
  },
  not_asked_again: {
    title: `${provider} did not ask who you are`,
    next: `It went by an earlier sign-in, which does not show that it is you now. Nothing has changed. Sign out at ${provider}, then try again here.`,
  },
  not_dated: {
    title: `${provider} does not say when it asked who you are`,
    next: `Its answer does not prove that you just signed in. Nothing has changed. Trying again will not help: ask your administrator to configure ${provider} to report sign-in times.`,
  },
  too_many: {
    title: 'Too many attempts from your network',
    next: 'Wait a few minutes, then try again. No one is locked out permanently.',
  },
  provider_unreachable: {
    title: `${provider} does not answer`,
    next: 'Try again in a minute. If it keeps happening, contact your administrator.',
  },
  failed: {
    title: 'Signing in did not work',
    next: 'Try again. If it keeps happening, contact your administrator and say when it happened.',
  },
})
