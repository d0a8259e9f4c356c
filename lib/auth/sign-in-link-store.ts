import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import type { AuditOutcomes } from '@/lib/audit/audit'
import { recordAudit } from '@/lib/audit/audit-store'
import { acrossWorkspaces, type Db, db } from '@/lib/db'
import { LINK_SECONDS } from './cookies'

type NewLink = {
  readonly address: string
  readonly tokenDigest: string
  readonly browserDigest: string
  readonly next: string | null
}

export type StoredLink = Pick<NewLink, 'address' | 'browserDigest' | 'next'>

export type SignInLinkStore = ReturnType<typeof signInLinkStore>

/** Links by the digest of their token. Reading one changes nothing: looking at a link does not use it up. */
export function signInLinkStore(client: Db = db()) {
  return {
    async create({ address, tokenDigest, browserDigest, next }: NewLink): Promise<void> {
      await client.$executeRaw`
        INSERT INTO sign_in_link (id, address, token_digest, browser_digest, next, created_at, expires_at)
        VALUES (${uuidv7()}::uuid, ${address}, ${tokenDigest}, ${browserDigest}, ${next}, rotation_clock(),
          rotation_clock() + ${LINK_SECONDS} * interval '1 second')`
    },

    /** Notes that a link was asked for; of an address that is no one's here only that. */
    async noteRequested(address: string, outcome: AuditOutcomes['sign_in.link_requested']): Promise<void> {
      await acrossWorkspaces(client, async (tx) => {
        const user = await tx.user.findUnique({ where: { emailIdentity: address }, select: { id: true } })
        await recordAudit(tx, {
          workspaceId: null,
          actor: { kind: 'system' },
          action: 'sign_in.link_requested',
          outcome,
          ...(user && { subject: { userId: user.id } }),
        })
      })
    },

    /** A link that can still be used. */
    async find(tokenDigest: string): Promise<StoredLink | null> {
      const [link] = await client.$queryRaw<StoredLink[]>`
        SELECT address, browser_digest AS "browserDigest", next FROM sign_in_link
        WHERE token_digest = ${tokenDigest} AND used_at IS NULL AND expires_at > rotation_clock()`
      return link ?? null
    },

    /** Uses a link up, and with it every other one to the same address. Null where someone did, or it is too old. */
    async use(tokenDigest: string): Promise<StoredLink | null> {
      const [link] = await client.$queryRaw<StoredLink[]>`
        WITH used AS (
          UPDATE sign_in_link SET used_at = rotation_clock()
          WHERE token_digest = ${tokenDigest} AND used_at IS NULL AND expires_at > rotation_clock()
          RETURNING id, address, browser_digest AS "browserDigest", next),
        others AS (
          UPDATE sign_in_link AS l SET used_at = rotation_clock() FROM used
          WHERE l.address = used.address AND l.id <> used.id AND l.used_at IS NULL)
        SELECT address, "browserDigest", next FROM used`
      return link ?? null
    },
  }
}
