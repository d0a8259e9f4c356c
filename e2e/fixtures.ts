import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { origins } from './origins'
import { type Account, sandbox } from './sandbox'

export { expect }

export type Partner = { readonly userId: string; readonly workspaceId: string; readonly workspace: string }
type Role = 'owner' | 'admin' | 'operator' | 'viewer'

type Fixtures = {
  /** Runs SQL in this run's database. */
  sql: <Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>
  /** Puts a partner user with a workspace of its own, and a session for it, into a browser. */
  signIn: (context: BrowserContext, options?: { role?: Role; joining?: Partner }) => Promise<Partner>
  /** Signed in, in the test's own browser. */
  partner: Partner
  /** A new Airwallex account of this test alone. */
  account: Account
  /** Goes through Airwallex's pages, from its log-in to the way back. */
  consent: (page: Page, account: Account, options?: ConsentOptions) => Promise<void>
  /** Connects an account from the connections page, as an operator does. */
  connect: (page: Page, account: Account, options?: ConsentOptions) => Promise<void>
  /** The id of an account's connection in a workspace. */
  connectionId: (partner: Partner, account: Account) => Promise<string>
}
type ConsentOptions = { person?: string; answer?: 'Allow' | 'Deny'; without?: readonly RegExp[] }

export const test = base.extend<Fixtures, { pool: pg.Pool }>({
  pool: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from this pattern.
    async ({}, use) => {
      const pool = new pg.Pool({ connectionString: origins.databaseUrl, max: 2 })
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
    await use(<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      pool.query<Row>(text, values).then((result) => result.rows),
    )
  },

  signIn: async ({ sql }, use) => {
    await use(async (context, { role = 'owner', joining } = {}) => {
      const userId = uuidv7()
      const name = `Partner ${userId.slice(-6)}`
      await sql('INSERT INTO partner_user (id, name, email) VALUES ($1, $2, $3)', [
        userId,
        name,
        `${userId}@partner.example`,
      ])
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
        { name: 'pd.session', value: token, url: origins.app, httpOnly: true, sameSite: 'Lax' },
      ])
      return { userId, workspaceId, workspace }
    })
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
      await page.getByRole('radio', { name: account.name }).check()
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      for (const permission of without) await page.getByRole('checkbox', { name: permission }).uncheck()
      await page.getByRole('button', { name: answer }).click()
    })
  },

  connect: async ({ consent }, use) => {
    await use(async (page, account, options) => {
      await page.goto('/connections')
      await page.getByRole('button', { name: 'Connect to Airwallex' }).first().click()
      await consent(page, account, options)
      await page.waitForURL(/\/connect\/result\//)
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
})
