import 'server-only'
import { type Db, db, Prisma } from '@/lib/db'
import { ensureWorkspace } from '@/lib/workspaces/workspace-store'
import { accountId, type Identity } from './sign-in-policy'

export const PROVIDER = 'oidc'

export type Admission = { readonly kind: 'admitted'; readonly userId: string } | { readonly kind: 'disabled' }

export type PartnerUserStore = ReturnType<typeof partnerUserStore>

export function partnerUserStore(client: Db = db()) {
  return {
    /**
     * The partner user of an identity, made at their first sign-in together with a workspace of their own: all of it or
     * nothing. Repeating it mends what is missing and keeps name and address up to date.
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
  return client.$transaction(async (tx): Promise<Admission> => {
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
    await ensureWorkspace(tx, { id: user.id, name })
    return { kind: 'admitted', userId: user.id }
  })
}
