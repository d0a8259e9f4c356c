import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { seedConnection } from '@/scripts/testing/seed-connection'
import type { Role, Sql } from '../fixtures'
import { productEnvironment } from '../origins'
import { sandbox } from '../sandbox'

/** Who asks. The outsider is the owner of another workspace. */
export const PRINCIPALS = ['anonymous', 'viewer', 'operator', 'admin', 'owner', 'outsider'] as const
export type Principal = (typeof PRINCIPALS)[number]

const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const satisfies readonly Role[]

/** What someone can name in a path or a form. */
export type Ids = {
  readonly workspaceId: string
  readonly connectionId: string
  /** A viewer who asks for nothing here. */
  readonly memberId: string
  readonly invitationId: string
  readonly invitationToken: string
  /** Of an authorization that the asker began. */
  readonly resultId: string
  /** Of a browser where the member is signed in. */
  readonly sessionId: string
}

/** A workspace with someone in every role, and something of everything that a workspace has. */
export type World = {
  readonly ids: (asker: Role) => Ids
  readonly tokens: Readonly<Record<Role, string>>
  readonly name: string
  readonly accountId: string
  readonly memberName: string
  /** Texts that no one outside may ever be shown. */
  readonly secrets: readonly string[]
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')
const secret = () => randomBytes(32).toString('base64url')

export async function createWorld(sql: Sql): Promise<World> {
  const workspaceId = uuidv7()
  const tag = workspaceId.slice(-12)
  const name = `Matrix workspace ${tag}`
  await sql('INSERT INTO workspace (id, name) VALUES ($1, $2)', [workspaceId, name])

  const join = async (role: Role, called: string) => {
    const [userId, sessionId, resultId, token] = [uuidv7(), uuidv7(), uuidv7(), secret()]
    const email = `${called}-${tag}@partner.example`
    await sql('INSERT INTO partner_user (id, name, email) VALUES ($1, $2, $3)', [userId, `${called} ${tag}`, email])
    await sql('INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3)', [workspaceId, userId, role])
    await sql(
      `INSERT INTO session (id, session_token, user_id, expires) VALUES ($1, $2, $3, now() + interval '12 hours')`,
      [sessionId, sha256(token), userId],
    )
    await sql(
      `INSERT INTO pending_authorization (id, workspace_id, user_id, session_id, environment, purpose, state_digest,
         cookie_digest, sealed_code_verifier, redirect_uri, requested_scopes, expires_at)
       VALUES ($1, $2, $3, $4, 'local', 'connect', $5, '-', '-', '-', '{}', now() + interval '10 minutes')`,
      [resultId, workspaceId, userId, sessionId, sha256(resultId)],
    )
    return { userId, sessionId, resultId, token }
  }
  const people = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await join(role, role)] as const)),
  ) as Record<Role, Awaited<ReturnType<typeof join>>>
  const member = await join('viewer', 'Bystander')

  const account = await sandbox.createAccount(`Account ${randomUUID()}`)
  const tokens = await sandbox.mintGrant(account.id, ['account_details:read', 'balance:read'])
  const connectionId = await seedConnection(sql, productEnvironment().TOKEN_KEYS ?? '', {
    workspaceId,
    airwallexAccountId: account.id,
    ...tokens,
    accessTokenLeftMs: 300_000,
  })
  const [invitationId, invitationToken, invited] = [uuidv7(), secret(), `invited-${tag}@partner.example`]
  await sql(
    `INSERT INTO invitation (id, workspace_id, email, role, token_digest, invited_by_id, expires_at)
     VALUES ($1, $2, $3, 'admin', $4, $5, now() + interval '7 days')`,
    [invitationId, workspaceId, invited, sha256(invitationToken), people.owner.userId],
  )
  return {
    ids: (asker) => ({
      workspaceId,
      connectionId,
      memberId: member.userId,
      invitationId,
      invitationToken,
      resultId: people[asker].resultId,
      sessionId: member.sessionId,
    }),
    tokens: {
      viewer: people.viewer.token,
      operator: people.operator.token,
      admin: people.admin.token,
      owner: people.owner.token,
    },
    name,
    accountId: account.id,
    memberName: `Bystander ${tag}`,
    // Every name and address here ends like this, and no id that anyone asks with.
    secrets: [name, ` ${tag}`, `-${tag}@`, account.id, account.name],
  }
}

/** Ids as there might be, of nothing. */
export const absentIds = (): Ids => ({
  workspaceId: uuidv7(),
  connectionId: uuidv7(),
  memberId: uuidv7(),
  invitationId: uuidv7(),
  invitationToken: secret(),
  resultId: uuidv7(),
  sessionId: uuidv7(),
})

/** Ids of things that are there, each in the place of another. */
export const misplacedIds = (ids: Ids, other: Ids): Ids => ({
  ...ids,
  connectionId: ids.memberId,
  memberId: ids.connectionId,
  invitationId: ids.sessionId,
  resultId: other.resultId,
  sessionId: ids.invitationId,
})

/** All that an action could change of a workspace; what background work and reading write is no part of it. */
export const stateOf = (sql: Sql, { workspaceId }: Ids) =>
  sql(
    `SELECT (SELECT name FROM workspace WHERE id = $1) AS name,
      (SELECT json_agg(m.* ORDER BY user_id) FROM membership m WHERE workspace_id = $1) AS members,
      (SELECT json_agg(i.* ORDER BY id) FROM invitation i WHERE workspace_id = $1) AS invitations,
      (SELECT json_agg(p.id ORDER BY id) FROM pending_authorization p WHERE workspace_id = $1) AS begun,
      (SELECT json_agg(json_build_array(c.id, c.disconnected_at, d.status, d.frozen_at) ORDER BY c.id)
         FROM connection c JOIN credential d ON d.connection_id = c.id WHERE c.workspace_id = $1) AS connections,
      (SELECT count(*) FROM snapshot WHERE workspace_id = $1) AS read,
      (SELECT count(*) FROM audit_event WHERE workspace_id = $1) AS noted,
      (SELECT json_agg(s.id ORDER BY s.id) FROM session s JOIN membership m USING (user_id)
         WHERE m.workspace_id = $1) AS sessions,
      (SELECT count(*) FROM membership own JOIN membership every USING (user_id) WHERE own.workspace_id = $1) AS joined`,
    [workspaceId],
  )
