import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { root } from './prepare.mjs'

const name = `m_${randomUUID().replaceAll('-', '')}`
const here = (url: string) => url.replace(/postgres$/, name)
let admin: pg.Client
beforeAll(async () => {
  const server = new pg.Client({ connectionString: inject('adminUrl') })
  await server.connect()
  await server.query(`CREATE DATABASE ${name} OWNER dashboard_owner`)
  await server.query(`ALTER ROLE dashboard_owner IN DATABASE ${name} SET search_path = elsewhere, public`)
  await server.end()
  admin = new pg.Client({ connectionString: here(inject('adminUrl')) })
  await admin.connect()
  await admin.query('CREATE SCHEMA elsewhere AUTHORIZATION dashboard_owner')
})
afterAll(() => admin.end())

describe('the migrations', () => {
  it('make every table in the schema public, whatever the search path of the role that runs them', async () => {
    const env = { ...process.env, DATABASE_DIRECT_URL: here(inject('ownerUrl')) }
    execFileSync('npx', ['prisma', 'migrate', 'deploy'], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] })
    const { rows } = await admin.query(
      `SELECT count(*) FILTER (WHERE relnamespace = 'public'::regnamespace)::int > 15 AS "inPublic",
         count(*) FILTER (WHERE relnamespace = 'elsewhere'::regnamespace)::int AS "elsewhere"
       FROM pg_class WHERE relkind = 'r'`,
    )
    expect(rows).toEqual([{ inPublic: true, elsewhere: 0 }])
  })
})
