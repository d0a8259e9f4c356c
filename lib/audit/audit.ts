import type { GrantedOutcome, StoredOutcome, UnattributedOutcome } from '@/lib/authorization/outcomes'
import type { AuthorizationPurpose } from '@/lib/authorization/scope-choice'
import type { ReauthorizationReason } from '@/lib/rotation/row/row'

type Role = 'owner' | 'admin' | 'operator' | 'viewer'

/**
 * What is noted, and how each may end. Codes only: components/audit/sentences.ts has a sentence for every pair, and does
 * not compile without one.
 */
export type AuditOutcomes = {
  'authorization.begun': AuthorizationPurpose
  'authorization.completed': StoredOutcome | UnattributedOutcome
  'connection.connected': GrantedOutcome
  'connection.reauthorized': GrantedOutcome
  'connection.disconnected': 'disconnected'
  /** Someone outside the workspace authorized the same account and was refused. The entry does not say who. */
  'connection.authorization_refused_elsewhere': 'refused'
  'connection.ended_at_airwallex': ReauthorizationReason
  /** A cause other than the one known at its end was found; the detail names both. */
  'connection.diagnosed': ReauthorizationReason
  'connection.quarantine_lifted': 'lifted'
  'workspace.created': 'created'
  'workspace.renamed': 'renamed'
  /** Belongs to no workspace, since that is gone: its id, and how much its log held. Names no one. */
  'workspace.deleted': 'deleted'
  /** The outcome is the new role; the detail names the old one. */
  'member.role_changed': Role
  'member.removed': 'removed'
  'member.left': 'removed'
  'member.ownership_transferred': 'transferred'
  /** Outcomes are roles; the subject is whom it went to. */
  'invitation.sent': Role
  'invitation.renewed': Role
  'invitation.withdrawn': Role
  'invitation.accepted': Role | 'already_member'
  'audit.exported': 'csv' | 'json_lines'
  /** In each workspace that someone can enter by it. */
  'session.started': 'single_sign_on' | 'email_link'
  /** By the person whose session it is: here, or from the list in another browser. */
  'session.ended': 'signed_out' | 'ended_elsewhere'
  /** Of no workspace. The subject is a known user; of anyone else not even the address is kept. */
  'sign_in.link_requested': 'sent' | 'failed' | 'not_configured' | 'stranger'
}

export type AuditAction = keyof AuditOutcomes

/** What was done and how it ended, as one of the pairs that there are. */
export type AuditDeed = { [A in AuditAction]: { readonly action: A; readonly outcome: AuditOutcomes[A] } }[AuditAction]

/** The actor's name at the time is looked up with the entry. */
export type AuditActor =
  | { readonly kind: 'partner_user'; readonly userId: string }
  | { readonly kind: 'system' }
  | { readonly kind: 'airwallex' }

/** From where a request came (lib/auth/request-client.ts). */
export type AuditOrigin = { readonly address: string | null; readonly device: string | null }

export type AuditEvent = {
  /** Null for what belongs to no workspace, such as a callback with an unknown state. */
  readonly workspaceId: string | null
  readonly actor: AuditActor
  readonly connectionId?: string | null
  /** Whom or what else it was done to; without a name, the user's name at the time. */
  readonly subject?: { readonly userId?: string; readonly name?: string }
  /** Codes and counts. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>
} & AuditDeed
