import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { acrossWorkspaces, type Db, db, Prisma } from '@/lib/db'
import { createFirstWorkspace } from './first-workspace-store'
import { senderMayInvite } from './invitation-sender-sql'
import { accountId, type Identity } from './sign-in-policy'

export const PROVIDER = 'oidc'

export type Admission = { readonly kind: 'admitted'; readonly userId: string } | { readonly kind: 'disabled' }

export type PartnerUserStore = ReturnType<typeof partnerUserStore>

export function partnerUserStore(client: Db = db()) {
  return {
    /**
     * The partner user of an identity, made at their first sign-in together with a workspace of their own: all of it or
     * nothing. Repeating it keeps name and address up to date; who lost their last workspace is asked about another.
     */
    async admit(identity: Identity): Promise<Admission> {
      try {
        return await admitOnce(client, identity)
      } catch (error) {
        // Two first sign-ins at once: the other one made the user, who is found now.
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
          return admitOnce(client, identity)
        }
        throw error
      }
    },

    /** The same for someone who is an address and nothing else: who can read its mail. */
    async admitAddress(address: string): Promise<Admission> {
      return acrossWorkspaces(client, async (tx): Promise<Admission> => {
        const [user] = await tx.$queryRaw<{ id: string; disabledAt: Date | null; isNew: boolean }[]>`
          INSERT INTO partner_user (id, email, email_identity, email_verified)
          VALUES (${uuidv7()}::uuid, ${address}, ${address}, rotation_clock())
          ON CONFLICT (email_identity) DO UPDATE SET email_verified = EXCLUDED.email_verified
          RETURNING id, disabled_at AS "disabledAt", xmax = 0 AS "isNew"`
        if (!user || user.disabledAt) return { kind: 'disabled' }
        if (user.isNew) await createFirstWorkspace(tx, { id: user.id, name: address, email: address })
        return { kind: 'admitted', userId: user.id }
      })
    },

    /**
     * Whether someone of this deployment let a stranger in: an open invitation by someone who may still send it names their address, or they are, by the
     * identity they sign in with, a member of a workspace that has another owner.
     */
    async isInvited({ email, account }: { email: string; account: string | null }): Promise<boolean> {
      return acrossWorkspaces(client, async (tx) => {
        const [row] = await tx.$queryRaw<{ invited: boolean }[]>`
          SELECT EXISTS (SELECT FROM invitation i
              WHERE i.email = ${email} AND i.expires_at > rotation_clock() AND ${senderMayInvite})
            OR EXISTS (
              SELECT FROM partner_user u
              JOIN membership own ON own.user_id = u.id
              JOIN membership other ON other.workspace_id = own.workspace_id AND other.user_id <> u.id
                AND other.role = 'owner'
              WHERE CASE WHEN ${account}::text IS NULL THEN u.email_identity = ${email}
                ELSE u.id IN (SELECT user_id FROM sign_in_account
                  WHERE provider = ${PROVIDER} AND provider_account_id = ${account}) END
            ) AS invited`
        return row?.invited ?? false
      })
    },

    /** Where a user's own mail goes: an address that was verified. */
    async mailAddressOf(userId: string): Promise<string | null> {
      const user = await client.user.findUnique({ where: { id: userId }, select: { email: true, emailVerified: true } })
      return user?.emailVerified ? user.email : null
    },

    async findByAccount(providerAccountId: string) {
      const account = await client.account.findUnique({
        where: { provider_providerAccountId: { provider: PROVIDER, providerAccountId } },
        select: { user: { select: { id: true, name: true, email: true, emailVerified: true } } },
      })
      return account?.user ?? null
    },
  }
}

function admitOnce(client: Db, identity: Identity): Promise<Admission> {
  const { name, email } = identity
  const providerAccountId = accountId(identity)
  return acrossWorkspaces(client, async (tx): Promise<Admission> => {
    const profile = { name, email, emailVerified: new Date() }
    const known = await tx.account.findUnique({
      where: { provider_providerAccountId: { provider: PROVIDER, providerAccountId } },
      select: { userId: true },
    })
    const user = known
      ? await tx.user.update({ where: { id: known.userId }, data: profile })
      : await tx.user.create({
          data: { ...profile, accounts: { create: { type: 'oauth', provider: PROVIDER, providerAccountId } } },
        })
    if (user.disabledAt) return { kind: 'disabled' }
    if (!known) await createFirstWorkspace(tx, { id: user.id, name, email })
    return { kind: 'admitted', userId: user.id }
  })
}
