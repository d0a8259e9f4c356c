import type { Ids } from './worlds'

// Every server action of the build. `refused` are those who may not, whatever they post. Everyone else posts ids that
// are not theirs, and is answered as for what does not exist, or by the page that says that a form was about another
// workspace, there or not: they got past the check of their role, and did nothing.

type Fields = Readonly<Record<string, string>>

type Action = {
  /** An answer for each principal, in the order of pages.ts, to a form with an id that is not theirs. */
  readonly answers: string
  /** Forms that name something: of `theirs`, alone or in the middle of one's `own`. */
  readonly forms: (theirs: Ids, own: Ids) => readonly Fields[]
  /** Asks for a fresh sign-in. */
  readonly fresh?: true
}

const MEMBERS = '→/sign-in 403 403 404 404 404'
const text = { name: 'Taken over' }

export const ACTIONS: Readonly<Record<string, Action>> = {
  // Connections.
  connect: {
    answers: '→/sign-in 403 →/workspaces →/workspaces →/workspaces →/workspaces',
    forms: ({ workspaceId }) => [{ workspaceId }],
  },
  reauthorize: { answers: '→/sign-in 403 404 404 404 404', forms: ({ connectionId }) => [{ connectionId }] },
  addPermissions: {
    answers: '→/sign-in 403 404 404 404 404',
    forms: ({ connectionId }) => [{ connectionId, scope: 'transfer:read' }],
  },
  refreshSection: {
    answers: '→/sign-in 403 404 404 404 404',
    forms: ({ connectionId }) => [{ connectionId, kind: 'balances' }],
  },
  disconnect: {
    answers: '→/sign-in 403 403 404 404 404',
    forms: ({ connectionId }) => [{ connectionId }],
    fresh: true,
  },
  liftQuarantine: {
    answers: '→/sign-in 403 403 403 404 404',
    forms: ({ connectionId }) => [{ connectionId }],
    fresh: true,
  },
  // The workspace.
  renameWorkspace: {
    answers: '→/sign-in 403 403 →/workspaces →/workspaces →/workspaces',
    forms: ({ workspaceId }) => [{ workspaceId, ...text }],
  },
  leaveWorkspace: {
    answers: '→/sign-in →/workspaces →/workspaces →/workspaces →/workspaces →/workspaces',
    forms: ({ workspaceId }) => [{ workspaceId }],
    fresh: true,
  },
  deleteWorkspace: {
    answers: '→/sign-in 403 403 403 →/workspaces →/workspaces',
    forms: ({ workspaceId }) => [{ workspaceId, ...text }],
    fresh: true,
  },
  // Its people.
  inviteMember: {
    answers: '→/sign-in 403 403 →/workspaces →/workspaces →/workspaces',
    forms: ({ workspaceId }) => [{ workspaceId, email: 'friend@elsewhere.example', role: 'viewer' }],
    fresh: true,
  },
  resendInvitation: {
    answers: MEMBERS,
    forms: (theirs, own) => [{ workspaceId: own.workspaceId, invitationId: theirs.invitationId }],
    fresh: true,
  },
  withdrawInvitation: {
    answers: MEMBERS,
    forms: (theirs, own) => [{ workspaceId: own.workspaceId, invitationId: theirs.invitationId }],
    fresh: true,
  },
  changeMemberRole: {
    answers: MEMBERS,
    forms: (theirs, own) => [{ workspaceId: own.workspaceId, userId: theirs.memberId, role: 'viewer' }],
    fresh: true,
  },
  removeMember: {
    answers: MEMBERS,
    forms: (theirs, own) => [{ workspaceId: own.workspaceId, userId: theirs.memberId }],
    fresh: true,
  },
  transferOwnership: {
    answers: '→/sign-in 403 403 403 404 404',
    forms: (theirs, own) => [{ workspaceId: own.workspaceId, userId: theirs.memberId }],
    fresh: true,
  },
  // One's own: whoever is signed in may, on nothing but what is theirs. A name that is none is answered last.
  createWorkspace: { answers: '→/sign-in 404 404 404 404 404', forms: ({ workspaceId }) => [{ workspaceId, ...text }] },
  switchWorkspace: { answers: '→/sign-in 404 404 404 404 404', forms: ({ workspaceId }) => [{ workspaceId }] },
  joinWorkspace: {
    answers: '→/sign-in →/invitations/ID →/invitations/ID →/invitations/ID →/invitations/ID →/invitations/ID',
    forms: ({ invitationToken: token }) => [{ token }],
  },
  signOutOne: {
    answers: '→/sign-in →/account →/account →/account →/account →/account',
    forms: ({ sessionId }) => [{ sessionId }],
  },
  signOutOthers: { answers: '→/sign-in 404 404 404 404 404', forms: ({ sessionId }) => [{ sessionId }] },
  // Anyone's: preferences of a browser, and the way in. With an id that they do not know.
  setTheme: { answers: '404', forms: ({ workspaceId }) => [{ theme: 'dark', workspaceId }] },
  setSidebar: { answers: '404', forms: ({ workspaceId }) => [{ sidebar: 'collapsed', workspaceId }] },
  startSignIn: { answers: '404', forms: ({ workspaceId }) => [{ workspaceId }] },
  emailLink: { answers: '404', forms: ({ workspaceId }) => [{ email: 'x@partner.example', workspaceId }] },
  confirmLink: { answers: '404', forms: ({ workspaceId }) => [{ workspaceId }] },
}
