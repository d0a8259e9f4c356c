/** What is kept of who did what. Ids and codes only: no names, no addresses, no tokens, no text from outside. */
export type AuditAction =
  | 'authorization.begun'
  | 'authorization.completed'
  | 'connection.connected'
  | 'connection.reauthorized'
  | 'connection.disconnected'
  /** Somebody outside the workspace authorized the same account and was refused; who is told to nobody. */
  | 'connection.authorization_refused_elsewhere'
  | 'connection.ended_at_airwallex'
  /** A cause other than the one known at its end was found; the detail names both. */
  | 'connection.diagnosed'
  | 'connection.quarantine_lifted'

export type AuditActor =
  | { readonly kind: 'partner_user'; readonly userId: string }
  | { readonly kind: 'system' }
  | { readonly kind: 'airwallex' }

export type AuditEvent = {
  /** Null for what belongs to no workspace, such as a callback with an unknown state. */
  readonly workspaceId: string | null
  readonly actor: AuditActor
  readonly action: AuditAction
  readonly connectionId?: string | null
  /** A code, such as a callback's outcome. */
  readonly outcome: string
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>
}
