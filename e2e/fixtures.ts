import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { Client } from '@/lib/pg-client.mjs'
import { seedConnection } from '@/scripts/testing/seed-connection'
import { origins, productEnvironment } from './origins'
import { ownCookie } from './own-cookie'
import { type Account, sandbox } from './sandbox'

export { expect }

export type Role = 'owner' | 'admin' | 'operator' | 'viewer'
export type Partner = {
  readonly userId: string
  readonly name: string
  readonly workspaceId: string
  readonly workspace: string
  /** What the session cookie holds. */
  readonly token: string
}
export type Sql = <Row extends pg.QueryResultRow = pg.QueryResultRow>(
  text: string,
  values?: unknown[],
) => Promise<Row[]>
/** One connection of a workspace. */
export type Connected = { readonly id: string; readonly account: Account }

type Fixtures = {
  /** Runs SQL in this run's database. */
  sql: Sql
  /** Puts a partner user with a workspace of its own, and a session for it, into a browser. */
  signIn: (context: BrowserContext, options?: { role?: Role; joining?: Partner }) => Promise<Partner>
  /** Someone else, in a browser of their own, closed with the test. */
  somebodyElse: (options?: { role?: Role; joining?: Partner }) => Promise<{ partner: Partner; page: Page }>
  /** Signed in, in the test's own browser. */
  partner: Partner
  /** A new Airwallex account of this test alone. */
  account: Account
  /** Goes through Airwallex's pages, from its log-in to the way back. */
  consent: (page: Page, account: Account, options?: ConsentOptions) => Promise<void>
  /** Connects an account from the connections page, as an operator does, and waits for its first data. */
  connect: (page: Page, account: Account, options?: ConsentOptions) => Promise<void>
  /** The id of an account's connection in a workspace. */
  connectionId: (partner: Partner, account: Account) => Promise<string>
  /** The test's own account, connected by the partner in the test's own browser. */
  connected: Connected
  /** A connection that is there already; Airwallex knows its grant, nothing was read of its account. */
  seeded: (partner: Partner, account?: Account) => Promise<Connected>
}
type ConsentOptions = { person?: string; answer?: 'Allow' | 'Deny'; without?: readonly RegExp[] }

const SEEDED_SCOPES = ['account_details:read', 'balance:read']

export const test = base.extend<Fixtures, { pool: pg.Pool }>({
  pool: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from this pattern.
    async ({}, use) => {
      const pool = new pg.Pool({ Client, connectionString: origins.databaseUrl, max: 2 })
      await use(pool)
      await pool.end()
    },
    { scope: 'worker' },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: as above.
  baseURL: async ({}, use) => {
    await use(origins.app)
  },

  sql: async ({ pool }, use) => {
    await use((text, values = []) => pool.query(text, values).then((result) => result.rows))
  },

  signIn: async ({ sql }, use) => {
    await use(async (context, { role = 'owner', joining } = {}) => {
      const userId = uuidv7()
      const name = `Partner ${userId.slice(-6)}`
      const email = `${userId}@partner.example`
      await sql('INSERT INTO partner_user (id, name, email) VALUES ($1, $2, $3)', [userId, name, email])
      const workspaceId = joining?.workspaceId ?? uuidv7()
      const workspace = joining?.workspace ?? `Workspace ${workspaceId.slice(-6)}`
      if (!joining) await sql('INSERT INTO workspace (id, name) VALUES ($1, $2)', [workspaceId, workspace])
      await sql('INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, $3)', [workspaceId, userId, role])
      const token = randomBytes(32).toString('base64url')
      await sql(
        `INSERT INTO session (id, session_token, user_id, expires) VALUES ($1, $2, $3, now() + interval '12 hours')`,
        [uuidv7(), createHash('sha256').update(token).digest('base64url'), userId],
      )
      await context.addCookies([
        { name: ownCookie('session'), value: token, url: origins.app, httpOnly: true, sameSite: 'Lax' },
      ])
      return { userId, name, workspaceId, workspace, token }
    })
  },

  somebodyElse: async ({ browser, signIn }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (options) => {
      const context = await browser.newContext({ baseURL: origins.app })
      contexts.push(context)
      return { partner: await signIn(context, options), page: await context.newPage() }
    })
    for (const context of contexts) await context.close()
  },

  partner: async ({ context, signIn }, use) => {
    await use(await signIn(context))
  },

  // biome-ignore lint/correctness/noEmptyPattern: as above.
  account: async ({}, use) => {
    await use(await sandbox.createAccount(`Story ${randomUUID().slice(0, 8)} Limited`))
  },

  // biome-ignore lint/correctness/noEmptyPattern: as above.
  consent: async ({}, use) => {
    await use(async (page, account, { person = 'Grace Lam', answer = 'Allow', without = [] } = {}) => {
      await page.getByRole('button', { name: `Continue as ${person}` }).click()
      await page.getByRole('radio', { name: account.id }).check()
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      for (const permission of without) await page.getByRole('checkbox', { name: permission }).uncheck()
      await page.getByRole('button', { name: answer }).click()
    })
  },

  connect: async ({ consent, sql }, use) => {
    await use(async (page, account, options) => {
      await page.goto('/connections')
      await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
      await consent(page, account, options)
      await page.waitForURL(/\/connect\/result\//)
      const settled = async () => {
        const [row] = await sql<{ read: string }>(
          `SELECT count(*) AS read FROM snapshot s JOIN connection c ON c.id = s.connection_id
           WHERE c.airwallex_account_id = $1 AND (s.fetched_at IS NOT NULL OR s.failure IS NOT NULL)`,
          [account.id],
        )
        return Number(row?.read)
      }
      if (options?.answer !== 'Deny') await expect.poll(settled).toBe(2)
    })
  },

  connectionId: async ({ sql }, use) => {
    await use(async ({ workspaceId }, { id }) => {
      const [row] = await sql<{ id: string }>(
        'SELECT id FROM connection WHERE workspace_id = $1 AND airwallex_account_id = $2',
        [workspaceId, id],
      )
      if (!row) throw new Error(`There is no connection of ${id} in this workspace`)
      return row.id
    })
  },

  connected: async ({ page, partner, account, connect, connectionId }, use) => {
    await connect(page, account)
    await use({ id: await connectionId(partner, account), account })
  },

  seeded: async ({ sql }, use) => {
    await use(async ({ workspaceId, userId }, given) => {
      const account = given ?? (await sandbox.createAccount(`Seeded ${randomUUID().slice(0, 8)} Limited`))
      const tokens = await sandbox.mintGrant(account.id, SEEDED_SCOPES)
      const id = await seedConnection(sql, productEnvironment().TOKEN_KEYS ?? '', {
        workspaceId,
        airwallexAccountId: account.id,
        ...tokens,
        accessTokenLeftMs: 300_000,
      })
      await sql('UPDATE connection SET connected_by_id = $2 WHERE id = $1', [id, userId])
      return { id, account }
    })
  },
})
