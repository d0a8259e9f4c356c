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
      'It works for seven days, once, and for somebody who signs in with this e-mail address. Opening it changes nothing; there you choose whether to join.',
      'If you do not know what this is about, you can ignore this mail.',
    ]),
  }
}
