import { createOpaqueToken, digestOpaqueToken, isOpaqueToken } from '@/lib/auth/opaque-token'
import type { PartnerUser, Person } from '@/lib/auth/partner-user'
import type { Role } from '@/lib/auth/permissions'
import { env } from '@/lib/env'
import { isId } from '@/lib/ids'
import { sendMail } from '@/lib/mail/send-mail'
import { takeFromLimits } from '@/lib/security/rate-limit'
import { type RateLimitStore, rateLimitStore } from '@/lib/security/rate-limit-store'
import { invitationMail } from './invitation-mail'
import { type InvitationOutcome, invitationStore, type OpenInvitation } from './invitation-store'

export type Invited =
  | { readonly kind: 'mailed'; readonly email: string }
  /**
   * The inviter passes the link on, which is not shown again. `not_mailed`: there is no mail server, or it did not take the
   * mail. `mail_limited`: the address or the workspace has had the mails of a day.
   */
  | { readonly kind: 'not_mailed' | 'mail_limited'; readonly email: string; readonly link: string }

type Deps = {
  readonly appOrigin: string
  readonly send: typeof sendMail
  readonly store: ReturnType<typeof invitationStore>
  readonly limits: RateLimitStore
}

const production = (): Deps => ({
  appOrigin: env().appOrigin,
  send: sendMail,
  store: invitationStore(),
  limits: rateLimitStore(),
})

/** Lets the owner of an address into the workspace, for seven days and once. */
export async function invite(
  request: { readonly partnerUser: PartnerUser; readonly email: string; readonly role: Role },
  deps: Deps = production(),
): Promise<Invited | Exclude<InvitationOutcome, { kind: 'sent' }>> {
  const { partnerUser, email, role } = request
  const token = createOpaqueToken()
  const invitation = await deps.store.invite({
    ...askedBy(partnerUser),
    email,
    role,
    tokenDigest: digestOpaqueToken(token),
  })
  return invitation.kind === 'sent' ? mail(partnerUser, invitation, token, deps) : invitation
}

/** Sends it again, with a new link and seven days more. */
export async function resendInvitation(
  request: { readonly partnerUser: PartnerUser; readonly invitationId: string },
  deps: Deps = production(),
): Promise<Invited | { readonly kind: 'not_found' }> {
  const { partnerUser, invitationId } = request
  if (!isId(invitationId)) return { kind: 'not_found' }
  const token = createOpaqueToken()
  const tokenDigest = digestOpaqueToken(token)
  const renewed = await deps.store.renew({ ...askedBy(partnerUser), invitationId, tokenDigest })
  return renewed ? mail(partnerUser, renewed, token, deps) : { kind: 'not_found' }
}

/** False where there is none, or none that this partner user may take back. */
export async function withdrawInvitation(
  { partnerUser, invitationId }: { readonly partnerUser: PartnerUser; readonly invitationId: string },
  { store }: Pick<Deps, 'store'> = production(),
): Promise<boolean> {
  return isId(invitationId) && store.withdraw({ ...askedBy(partnerUser), invitationId })
}

/**
 * What a link invites its reader to; null for a link that was never sent, was used, withdrawn or is too old, and for one
 * that was sent to another address: no one learns which. Reading uses nothing up, since scanners of mail read links.
 */
export async function readInvitation(
  { person, token }: { readonly person: Person; readonly token: string },
  { store }: Pick<Deps, 'store'> = production(),
): Promise<OpenInvitation | null> {
  return isOpaqueToken(token) ? store.find({ tokenDigest: digestOpaqueToken(token), userId: person.userId }) : null
}

/** Makes the person a member, once. Null as above. */
export async function acceptInvitation(
  { person, token }: { readonly person: Person; readonly token: string },
  { store }: Pick<Deps, 'store'> = production(),
): Promise<{ readonly workspaceId: string } | null> {
  return isOpaqueToken(token) ? store.accept({ tokenDigest: digestOpaqueToken(token), userId: person.userId }) : null
}

async function mail(
  { name, workspace }: PartnerUser,
  { email, role }: { readonly email: string; readonly role: Role },
  token: string,
  { appOrigin, send, limits }: Deps,
): Promise<Invited> {
  const link = `${appOrigin}/invitations/${token}`
  const taken = await takeFromLimits(
    [
      ['invitation.workspace_recipient', `${workspace.id} ${email}`],
      ['invitation.recipient', email],
      ['invitation.workspace', workspace.id],
    ],
    limits,
  )
  if (taken.kind === 'refused') return { kind: 'mail_limited', email, link }
  const { kind } = await send({
    to: email,
    ...invitationMail({ inviter: name, workspace: workspace.name, role, link }),
  })
  return kind === 'sent' ? { kind: 'mailed', email } : { kind: 'not_mailed', email, link }
}

const askedBy = ({ userId, workspace }: PartnerUser) => ({ workspaceId: workspace.id, actorId: userId })
