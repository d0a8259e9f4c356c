import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { inject } from 'vitest'
import { PrismaClient } from '@/generated/prisma/client'
import { Client } from '@/lib/pg-client.mjs'

/**
 * A migrated, empty database of its own, copied from the template. Await it in `beforeAll`.
 * `url` and `client()` have the product's role, as in production; `close()` disconnects the clients. `ownerUrl` is the
 * migrations' role; `sql` arranges and looks, as a superuser whom row-level security does not concern.
 */
export async function freshDatabase() {
  const adminUrl = inject('adminUrl')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template_app OWNER dashboard_owner`)
  // Settings that a migration put on the database are not copied with it.
  const settings = await admin.query<{ setting: string }>(
    `SELECT unnest(setconfig) AS setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
     WHERE d.datname = 'template_app' AND s.setrole = 0`,
  )
  for (const { setting } of settings.rows) {
    const [parameter, value] = setting.split('=')
    await admin.query(`ALTER DATABASE ${name} SET ${parameter} = '${value}'`)
  }
  await admin.end()
  const here = (server: string) => server.replace(/postgres$/, name)
  const url = here(inject('appUrl'))
  const pool = new pg.Pool({ Client, connectionString: here(adminUrl), max: 2 })
  const clients: PrismaClient[] = []
  function connected(connectionString: string, max: number) {
    const client = new PrismaClient({ adapter: new PrismaPg({ Client, connectionString, max }) })
    clients.push(client)
    return client
  }
  return {
    url,
    ownerUrl: here(inject('ownerUrl')),
    adminUrl: here(adminUrl),
    client: (max = 5, as = url) => connected(as, max),
    /** A client that arranges, like `sql`. */
    adminClient: () => connected(here(adminUrl), 2),
    sql: <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      pool.query<Row>(text, values).then((result) => result.rows),
    async close() {
      await Promise.all(clients.map((client) => client.$disconnect()))
      await pool.end()
    },
  }
}
