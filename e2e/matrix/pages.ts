import type { World } from './worlds'

/**
 * An answer for each principal, in their order: anonymous, viewer, operator, admin, owner, outsider. `200` shows the
 * page; `404` is the answer for what does not exist; `403` the page that says that a role does not allow this;
 * `→/…` leads there.
 */
type Page = {
  /** One word where everyone is answered the same. */
  readonly answers: string
  /** What is only on this page, and there for everyone who is answered 200. `own` is the asker's own workspace. */
  readonly shows: string | ((own: World) => string)
}

/** There is no page here to be shown. */
const LEADS_ON = 'There is no such page'
const account = (own: World) => own.accountId

/** Every page of the build by its address. */
export const PAGES: Readonly<Record<string, Page>> = {
  '/': { answers: '→/sign-in →/connections →/connections →/connections →/connections →/connections', shows: LEADS_ON },
  '/account': { answers: '→/sign-in 200 200 200 200 200', shows: 'Where you are signed in' },
  '/audit': { answers: '→/sign-in 403 403 200 200 200', shows: 'Nothing here can be changed' },
  '/confirm': {
    answers: '→/sign-in →/connections →/connections →/connections →/connections →/connections',
    shows: 'For this action, sign in again',
  },
  '/connect/result/[id]': {
    answers: '→/sign-in 200 200 200 200 404',
    shows: 'Not finished yet',
  },
  '/connections': { answers: '→/sign-in 200 200 200 200 200', shows: account },
  '/connections/[id]': {
    answers: '→/sign-in 200 200 200 200 404',
    shows: account,
  },
  '/connections/[id]/disconnect': {
    answers: '→/sign-in 200 200 200 200 404',
    shows: account,
  },
  // Theirs is not quarantined: the page leads to what it is about.
  '/connections/[id]/lift-quarantine': {
    answers: `→/sign-in ${'→/connections/[id] '.repeat(4)}404`,
    shows: LEADS_ON,
  },
  '/connections/[id]/permissions': {
    answers: '→/sign-in 200 200 200 200 404',
    shows: account,
  },
  '/connections/[id]/reauthorize': {
    answers: '→/sign-in 200 200 200 200 404',
    shows: account,
  },
  // It says to everyone but the one who was invited that it is not for them, as of a link that never was.
  '/invitations/[token]': {
    answers: '200',
    shows: 'nvitation',
  },
  '/reliability': { answers: '→/sign-in 200 200 200 200 200', shows: 'Successful renewals' },
  '/settings': { answers: '→/sign-in 200 200 200 200 200', shows: 'Its connections keep working' },
  '/settings/delete': { answers: '→/sign-in 403 403 403 200 200', shows: 'Deleted for good' },
  '/settings/leave': { answers: '→/sign-in 200 200 200 200 200', shows: 'You lose access right away' },
  '/settings/members': { answers: '→/sign-in 200 200 200 200 200', shows: (own) => own.memberName },
  '/settings/members/[userId]': {
    answers: '→/sign-in 403 403 200 200 404',
    shows: 'They lose access with their next click',
  },
  '/settings/members/invite': { answers: '→/sign-in 403 403 200 200 200', shows: 'Invite a member to' },
  '/sign-in': {
    answers: '200 →/connections →/connections →/connections →/connections →/connections',
    shows: 'Demo Directory',
  },
  '/sign-in/link': {
    answers: '200 →/connections →/connections →/connections →/connections →/connections',
    shows: 'This link cannot be used',
  },
  '/sign-out/provider': {
    answers: '200 →/connections →/connections →/connections →/connections →/connections',
    shows: 'You are signed out here',
  },
  '/too-many': { answers: '200', shows: 'Too many requests' },
  '/workspaces': { answers: '→/sign-in 200 200 200 200 200', shows: (own) => own.name },
  // Next's own, for what has no other page.
  '/_not-found': { answers: '404', shows: '' },
  '/_global-error': { answers: '500', shows: '' },
}
