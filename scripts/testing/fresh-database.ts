import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { inject } from 'vitest'
import { PrismaClient } from '@/generated/prisma/client'

/**
 * A migrated, empty database of its own, copied from the template. Await it in `beforeAll`.
 * `client()` makes a Prisma client that `close()` disconnects; `sql` runs statements directly.
 */
export async function freshDatabase() {
  const adminUrl = inject('adminUrl')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template_app`)
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
  const url = adminUrl.replace(/postgres$/, name)
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const clients: PrismaClient[] = []
  return {
    url,
    client(max = 5) {
      const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max }) })
      clients.push(client)
      return client
    },
    sql: <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      pool.query<Row>(text, values).then((result) => result.rows),
    async close() {
      await Promise.all(clients.map((client) => client.$disconnect()))
      await pool.end()
    },
  }
}
