import { v7 as uuidv7 } from 'uuid'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { type BeginAuthorization, type BeginAuthorizationRequest, beginAuthorization } from '@/lib/authorization/begin'
import { type CallbackResult, completeAuthorization } from '@/lib/authorization/complete'
import { db, freshDb } from '@/lib/db'
import { setLogLevel } from '@/lib/log'
import { startSandbox } from '@/sandbox/sandbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'

export type Setup = Awaited<ReturnType<typeof setUp>>
export type Begun = Extract<BeginAuthorization, { kind: 'begun' }>
export type Role = PartnerUser['role']

export const ACCOUNT = 'acct_HarbourLanternHK0000001'

/** This process as the product: a database and a sandbox of its own, everything else as in production. */
export async function setUp(changes: { readonly revocation?: boolean } = {}) {
  const database = await freshDatabase()
  const sandbox = await startSandbox()
  const { clientId, clientSecret, webhookSecret } = sandbox.config
  const services = { databaseUrl: database.url, sandboxOrigin: sandbox.origin, clientId, clientSecret }
  const environment = {
    ...testEnvironment(services),
    AIRWALLEX_WEBHOOK_SECRET: webhookSecret,
    ...(changes.revocation && { AIRWALLEX_REVOCATION_ENDPOINT: `${sandbox.origin}/oauth/revoke` }),
  }
  Object.assign(process.env, environment)
  setLogLevel('silent')
  const deferred: Promise<unknown>[] = []
  const { sql } = database

  return {
    database,
    sandbox,
    environment,
    sql,
    defer: (work: Promise<void>) => void deferred.push(work),
    /** Everything that was deferred, also by what was. */
    async settled() {
      for (let work = deferred.splice(0); work.length > 0; work = deferred.splice(0)) await Promise.all(work)
    },

    async createWorkspace(name = 'Harbour Ltd'): Promise<string> {
      const id = uuidv7()
      await sql('INSERT INTO workspace (id, name) VALUES ($1, $2)', [id, name])
      return id
    },

    /** A signed-in person; in a workspace of its own unless one is given. */
    async createPerson(given: { workspaceId?: string; role?: Role } = {}): Promise<PartnerUser> {
      const { role = 'owner', workspaceId = await this.createWorkspace() } = given
      const userId = uuidv7()
      await sql('INSERT INTO partner_user (id, name, email) VALUES ($1, $2, $3)', [
        userId,
        'Ada',
        `${userId}@partner.test`,
      ])
      await sql('INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3::"Role")', [
        workspaceId,
        userId,
        role,
      ])
      const person = {
        userId,
        name: 'Ada',
        email: `${userId}@partner.test`,
        role,
        workspace: { id: workspaceId, name: 'W' },
      }
      return { ...person, sessionId: await this.signIn(userId) } as PartnerUser
    },

    async signIn(userId: string): Promise<string> {
      const sessionId = uuidv7()
      await sql(
        `INSERT INTO session (id, session_token, user_id, expires) VALUES ($1, $2, $3, now() + interval '12 hours')`,
        [sessionId, uuidv7(), userId],
      )
      return sessionId
    },

    async begin(partnerUser: PartnerUser, request: Partial<BeginAuthorizationRequest> = {}) {
      const begun = await beginAuthorization({ partnerUser, purpose: 'connect', ...request })
      if (begun.kind !== 'begun') throw new Error(begun.kind)
      return begun
    },

    /** What the browser brings back after its person has chosen an account and said yes, or no. */
    async consent({ authorizationUrl }: Begun, accountId = ACCOUNT, deny = false): Promise<URLSearchParams> {
      const flow = new URL((await follow(authorizationUrl)).headers.get('location') ?? '', sandbox.origin)
      const act = (...fields: [string, string][]) =>
        follow(`${sandbox.origin}/oauth/consent`, [['flow', flow.searchParams.get('flow') ?? ''], ...fields])
      await act(['action', 'log_in'], ['user', 'user_grace'])
      await act(['action', 'choose_account'], ['account', accountId])
      const scopes = new URL(authorizationUrl).searchParams.get('scope')?.split(' ') ?? []
      const answer = deny
        ? await act(['action', 'deny'])
        : await act(['action', 'allow'], ...scopes.map((scope): [string, string] => ['scope', scope]))
      const location = answer.headers.get('location')
      if (!location) throw new Error(`The sandbox did not redirect (${answer.status})`)
      return new URL(location).searchParams
    },

    /** The callback as the route makes it, from the browser that began unless another jar is given. */
    callback(
      partnerUser: PartnerUser | null | Error,
      begun: Begun,
      parameters: URLSearchParams,
      jar: ReadonlyMap<string, string> = new Map([[begun.cookie.name, begun.cookie.value]]),
    ): Promise<CallbackResult> {
      const attemptCookies = { get: (name: string) => (jar.has(name) ? { value: jar.get(name) ?? '' } : undefined) }
      const identified = async () => {
        if (partnerUser instanceof Error) throw partnerUser
        return partnerUser
      }
      return completeAuthorization({ partnerUser: identified, attemptCookies, parameters, defer: this.defer })
    },

    /** Begins, consents and comes back; gives what is stored of it. */
    async authorize(partnerUser: PartnerUser, accountId = ACCOUNT, request: Partial<BeginAuthorizationRequest> = {}) {
      const begun = await this.begin(partnerUser, request)
      await this.callback(partnerUser, begun, await this.consent(begun, accountId))
      await this.settled()
      return this.outcomeOf(begun)
    },

    async outcomeOf({ pendingAuthorizationId }: Begun) {
      const [row] = await sql<{ outcome: string | null; connectionId: string | null; consumed: boolean }>(
        `SELECT outcome, result_connection_id AS "connectionId", consumed_at IS NOT NULL AS consumed
         FROM pending_authorization WHERE id = $1`,
        [pendingAuthorizationId],
      )
      return row
    },

    async credential(connectionId: string) {
      const [row] = await sql<{
        status: string
        grantNo: number
        generation: number
        refreshToken: string | null
        reason: string | null
        leaseUntil: Date | null
      }>(
        `SELECT status::text, grant_no AS "grantNo", generation, sealed_refresh_token AS "refreshToken", reason,
           lease_until AS "leaseUntil" FROM credential WHERE connection_id = $1`,
        [connectionId],
      )
      return row
    },

    count: async (table: 'connection' | 'credential' | 'rotation' | 'audit_event' | 'webhook_event') =>
      Number((await sql<{ count: string }>(`SELECT count(*) FROM ${table}`))[0]?.count),

    audit: async (workspaceId: string | null) =>
      sql<{
        action: string
        outcome: string
        connectionId: string | null
        actorUserId: string | null
        detail: unknown
      }>(
        `SELECT action, outcome, connection_id AS "connectionId", actor_user_id AS "actorUserId", detail
         FROM audit_event WHERE workspace_id IS NOT DISTINCT FROM $1 ORDER BY at, id`,
        [workspaceId],
      ),

    /** Moves the database's clock; the protocol and the pending authorizations live by it. */
    moveClock: (seconds: number) =>
      sql(`CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
           AS $$ SELECT clock_timestamp() + interval '${seconds} seconds' $$`),

    async tearDown() {
      await this.settled()
      await Promise.all([db().$disconnect(), freshDb().$disconnect()])
      await sandbox.close()
      await database.close()
    },
  }
}

function follow(url: string, form?: [string, string][]): Promise<Response> {
  return fetch(url, {
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
}
