type Limit = { readonly limit: number; readonly seconds: number }

/** How often something may happen (rate-limit.ts), by what each limits: a client's address, an account (a user, an identity, a recipient) or a workspace. */
export const LIMITS = {
  // A whole office comes from one address, and at nine o'clock.
  'sign_in.begun.address': { limit: 100, seconds: 300 },
  'sign_in.answered.address': { limit: 100, seconds: 300 },
  'sign_in.account': { limit: 30, seconds: 3_600 },
  'sign_in.link.address': { limit: 60, seconds: 600 },
  // No one can use this to fill a mailbox.
  'sign_in.link.recipient': { limit: 5, seconds: 900 },
  'action.user': { limit: 120, seconds: 60 },
  'action.workspace': { limit: 600, seconds: 60 },
  'connect.user': { limit: 30, seconds: 600 },
  'connect.workspace': { limit: 120, seconds: 600 },
  // Mails to people who asked for nothing. Beyond it the inviter gets the link to pass on.
  'invitation.workspace_recipient': { limit: 3, seconds: 86_400 },
  'invitation.recipient': { limit: 10, seconds: 86_400 },
  'invitation.workspace': { limit: 100, seconds: 86_400 },
  // Each reads the whole log and writes an entry.
  'audit_export.user': { limit: 20, seconds: 600 },
  'audit_export.workspace': { limit: 60, seconds: 600 },
  // Beyond it a callback is answered as before, and no longer written down.
  'callback.refused.address': { limit: 20, seconds: 600 },
  'webhook.refused.address': { limit: 60, seconds: 60 },
  'csp_report.address': { limit: 60, seconds: 60 },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof LIMITS
