import type { Role } from '@/lib/auth/permissions'
import { mailBody } from '@/lib/mail/mail-body'
import { quotedName } from '@/lib/mail/quoted-name'

type Invitation = { readonly inviter: string; readonly workspace: string; readonly role: Role; readonly link: string }

const RIGHTS: Readonly<Record<Role, string>> = {
  viewer: 'see its connections',
  operator: 'see its connections and connect accounts',
  admin: 'manage its connections and members',
  owner: 'do everything in it, as its owner',
}

/** People choose their names: the subject has none of them, and the text has them in quotes and without links. */
export function invitationMail({ inviter, workspace, role, link }: Invitation) {
  return {
    subject: 'You are invited to a workspace of the partner dashboard',
    ...mailBody([
      `${quotedName(inviter)} invites you to the workspace ${quotedName(workspace)}. You would be able to ${RIGHTS[role]}.`,
      { label: 'Open the invitation', href: link },
      'The invitation works once, for 7 days, for someone who signs in with this email address. Opening it changes nothing: you choose there whether to join.',
      'If you do not know what this is about, ignore this email.',
    ]),
  }
}
