// The embedded server's logins and their passwords: made once, kept beside the data, readable by their owner alone.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import pg from 'pg'
import { Client } from '../lib/pg-client.mjs'

/** @typedef {{ postgres: string, dashboard_owner: string, dashboard_app: string }} Passwords */

/** @param {string} dir the data folder @returns {Passwords} */
export function databasePasswords(dir) {
  const file = `${dir}-passwords.json`
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const random = () => randomBytes(24).toString('base64url')
  const passwords = { postgres: random(), dashboard_owner: random(), dashboard_app: random() }
  writeFileSync(file, JSON.stringify(passwords, null, 2), { mode: 0o600 })
  return passwords
}

// What every data folder had before its passwords were its own.
const FORMER_PASSWORD = 'postgres'

// The same three roles as docs/operations.md asks for.
const ATTRIBUTES = {
  partner_dashboard_app: 'NOLOGIN',
  dashboard_owner: 'LOGIN CREATEDB',
  dashboard_app: 'LOGIN IN ROLE partner_dashboard_app',
}

/**
 * Makes the roles that are missing, and replaces the password that was every folder's. Otherwise it writes nothing: a
 * standby could not.
 * @param {(password: string) => string} adminUrl of the superuser @param {Passwords} passwords
 */
export async function createLogins(adminUrl, passwords) {
  const { admin, isFormer } = await connectAdmin(adminUrl, passwords.postgres)
  try {
    const { rows } = await admin.query('SELECT rolname FROM pg_roles')
    for (const [name, attributes] of Object.entries(ATTRIBUTES)) {
      const password = passwords[name] ? `PASSWORD ${pg.escapeLiteral(passwords[name])}` : ''
      const isThere = rows.some((row) => row.rolname === name)
      if (!isThere) await admin.query(`CREATE ROLE ${name} ${attributes} ${password}`)
      else if (isFormer && password) await admin.query(`ALTER ROLE ${name} ${password}`)
    }
    // The last: a start that is cut short before is made up for by the next one.
    if (isFormer) await admin.query(`ALTER ROLE postgres PASSWORD ${pg.escapeLiteral(passwords.postgres)}`)
  } finally {
    await admin.end()
  }
}

async function connectAdmin(adminUrl, password) {
  try {
    return { admin: await connected(adminUrl(password)), isFormer: false }
  } catch (error) {
    if (error.code !== '28P01') throw error // invalid_password
    return { admin: await connected(adminUrl(FORMER_PASSWORD)), isFormer: true }
  }
}

async function connected(connectionString) {
  const client = new Client({ connectionString })
  await client.connect()
  return client
}
