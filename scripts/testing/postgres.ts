import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../dev-db.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the database `postgres`, for the server's superuser, the migrations' role and the product's. */
    adminUrl: string
    ownerUrl: string
    appUrl: string
  }
}

// One server a run; migrated once into a template that each test file copies (fresh-database.ts).
// Never synchronous_commit=off: a killed server then forgets what it acknowledged.
// The server is set as a foreign one may be: no test passes by its kindness (lib/pg-client.mjs).
const flags = [
  'fsync=off',
  'full_page_writes=off',
  'max_connections=300',
  'timezone=Asia/Kolkata',
  'datestyle=German',
  'standard_conforming_strings=off',
  'intervalstyle=sql_standard',
  'bytea_output=escape',
].flatMap((setting) => ['-c', setting])

export default async function setup(project: TestProject) {
  const root = mkdtempSync(join(tmpdir(), 'apd-pg-'))
  chmodSync(root, 0o755)
  const server = await startPostgres({ dir: join(root, 'data'), flags })
  const stop = async () => {
    await server.stop()
    rmSync(root, { recursive: true, force: true })
  }
  try {
    await server.createDatabase('template_app')
    migrate(server.ownerUrl('template_app'))
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('adminUrl', server.adminUrl('postgres'))
  project.provide('ownerUrl', server.ownerUrl('postgres'))
  project.provide('appUrl', server.appUrl('postgres'))
  return stop
}

function migrate(url: string) {
  execFileSync('npx', ['prisma', 'migrate', 'deploy'], {
    env: { ...process.env, DATABASE_DIRECT_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
