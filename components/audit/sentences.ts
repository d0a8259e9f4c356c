import { REASONS } from '@/components/connections/status-copy'
import type { AuditAction, AuditOutcomes } from '@/lib/audit/audit'
import type { ReauthorizationReason } from '@/lib/connections/status'

// What the log says: one sentence for every action and outcome. {actor}, {connection} and {subject} are names; what else
// stands in braces is of the entry's detail.

type Copy<Action extends AuditAction> = {
  /** In the filter. */
  readonly label: string
  readonly says: Readonly<Record<AuditOutcomes[Action], string>>
}

const refused = (why: string) => `{actor} came back from Airwallex, and nothing was connected: ${why}`

function reasons(sentence: (short: string) => string): Readonly<Record<ReauthorizationReason, string>> {
  const entries = Object.entries(REASONS).map(([reason, { short }]) => [reason, sentence(short.toLowerCase())])
  return Object.fromEntries(entries.map(([reason, text]) => [reason, text?.replace('airwallex', 'Airwallex')]))
}

const roles = (sentence: (role: string) => string) => ({
  viewer: sentence('viewer'),
  operator: sentence('operator'),
  admin: sentence('admin'),
  owner: sentence('owner'),
})

export const ACTIONS: { readonly [Action in AuditAction]: Copy<Action> } = {
  'authorization.begun': {
    label: 'Authorization started',
    says: {
      connect: '{actor} went to Airwallex to connect an account',
      reauthorize: '{actor} went to Airwallex to reauthorize {connection}',
      add_permissions: '{actor} went to Airwallex to add permissions to {connection}',
    },
  },
  'authorization.completed': {
    label: 'Authorization ended',
    says: {
      connected: '{actor} came back from Airwallex with consent for {connection}',
      already_connected: '{actor} came back from Airwallex with consent for {connection}, which was connected already',
      reauthorized: '{actor} came back from Airwallex with new consent for {connection}',
      denied_by_user: refused('consent was refused there'),
      expired: refused('more than ten minutes had passed'),
      state_unknown_or_used: 'A callback from Airwallex was refused: no one here had started it',
      wrong_browser:
        'A callback from Airwallex was refused: it came from a different browser than the one that started it',
      signed_out: 'A callback from Airwallex was refused: the person who started it had been signed out',
      not_allowed: refused('their role no longer allowed it'),
      different_account: refused('it was a different account than {connection}'),
      connected_elsewhere: refused('the account is connected elsewhere'),
      authorization_error: refused('Airwallex answered with an error'),
      airwallex_unavailable: refused('Airwallex could not be reached'),
      exchange_failed: refused('the exchange with Airwallex failed'),
    },
  },
  'connection.connected': {
    label: 'Connected',
    says: {
      connected: '{actor} connected {connection}',
      already_connected: '{actor} connected {connection} again',
      reauthorized: '{actor} connected {connection} again',
    },
  },
  'connection.reauthorized': {
    label: 'Reauthorized',
    says: {
      connected: '{actor} reauthorized {connection}, which had been disconnected',
      already_connected: '{actor} reauthorized {connection} by connecting it again',
      reauthorized: '{actor} reauthorized {connection}',
    },
  },
  'connection.disconnected': {
    label: 'Disconnected',
    says: { disconnected: '{actor} disconnected {connection}' },
  },
  'connection.authorization_refused_elsewhere': {
    label: 'Authorized by someone else',
    says: { refused: 'Someone outside this workspace authorized the account of {connection} and was refused' },
  },
  'connection.ended_at_airwallex': {
    label: 'Ended at Airwallex',
    says: reasons((short) => `{actor} ended {connection}: ${short}`),
  },
  'connection.diagnosed': {
    label: 'Cause found',
    says: reasons((short) => `{actor} found out why {connection} ended: ${short}`),
  },
  'connection.quarantine_lifted': {
    label: 'Quarantine lifted',
    says: { lifted: '{actor} lifted the quarantine of {connection}' },
  },
  'workspace.created': { label: 'Workspace created', says: { created: '{actor} created this workspace' } },
  'workspace.renamed': { label: 'Workspace renamed', says: { renamed: '{actor} renamed this workspace to {subject}' } },
  'workspace.deleted': { label: 'Workspace deleted', says: { deleted: 'An owner deleted a workspace' } },
  'member.role_changed': {
    label: 'Role changed',
    says: roles((role) => `{actor} changed the role of {subject} to ${role}`),
  },
  'member.removed': { label: 'Member removed', says: { removed: '{actor} removed {subject} from this workspace' } },
  'member.left': { label: 'Member left', says: { removed: '{actor} left this workspace' } },
  'member.ownership_transferred': {
    label: 'Ownership transferred',
    says: { transferred: '{actor} made {subject} owner of this workspace and became admin' },
  },
  'invitation.sent': {
    label: 'Invitation sent',
    says: roles((role) => `{actor} invited {subject} with the role of ${role}`),
  },
  'invitation.renewed': {
    label: 'Invitation sent again',
    says: roles((role) => `{actor} sent {subject} the invitation with the role of ${role} again`),
  },
  'invitation.withdrawn': {
    label: 'Invitation withdrawn',
    says: roles((role) => `{actor} withdrew the invitation of {subject} with the role of ${role}`),
  },
  'invitation.accepted': {
    label: 'Invitation accepted',
    says: {
      ...roles((role) => `{actor} accepted an invitation and joined with the role of ${role}`),
      already_member: '{actor} accepted an invitation to this workspace, being a member already',
    },
  },
  'session.started': {
    label: 'Signed in',
    says: {
      single_sign_on: '{actor} signed in with single sign-on',
      email_link: '{actor} signed in with an email link',
    },
  },
  'session.ended': {
    label: 'Signed out',
    says: {
      signed_out: '{actor} signed out',
      ended_elsewhere: '{actor} signed out sessions on other devices',
    },
  },
  'sign_in.link_requested': {
    label: 'Sign-in link requested',
    says: {
      sent: 'A sign-in link was sent to {subject}',
      failed: 'A sign-in link for {subject} could not be sent',
      not_configured: 'A sign-in link was requested, but email is not configured',
      stranger: 'A sign-in link was requested for an email address no one here has',
    },
  },
  'audit.exported': {
    label: 'Log exported',
    says: { csv: '{actor} exported this log as CSV', json_lines: '{actor} exported this log as JSON lines' },
  },
}

/** What another release wrote, and this one has no words for. */
const UNKNOWN = '{actor} did something this version cannot describe'

export function template(action: string, outcome: string): string {
  const copy = Object.hasOwn(ACTIONS, action) ? ACTIONS[action as AuditAction] : undefined
  const says: Readonly<Record<string, string>> | undefined = copy?.says
  return says && Object.hasOwn(says, outcome) ? (says[outcome] ?? UNKNOWN) : UNKNOWN
}
