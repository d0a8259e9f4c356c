import type { Role } from '@/lib/auth/permissions'
import { mailBody } from '@/lib/mail/mail-body'

type Invitation = { readonly inviter: string; readonly workspace: string; readonly role: Role; readonly link: string }

const RIGHTS: Readonly<Record<Role, string>> = {
  viewer: 'see its connections',
  operator: 'see its connections and connect accounts',
  admin: 'manage its connections and members',
  owner: 'do everything in it, as its owner',
}

/** Names are people's own text: none of it stands in the subject, where it could pretend to be something else. */
export function invitationMail({ inviter, workspace, role, link }: Invitation) {
  return {
    subject: 'You are invited to a workspace of the partner dashboard',
    ...mailBody([
      `${inviter} invites you to the workspace “${workspace}”. You would be able to ${RIGHTS[role]}.`,
      { label: 'Open the invitation', href: link },
      'The invitation works once, for 7 days, for someone who signs in with this email address. Opening it changes nothing: you choose there whether to join.',
      'If you do not know what this is about, ignore this email.',
    ]),
  }
}
