import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './prepare.mjs'
import { testEnvironment } from './testing/environment'
import { freshDatabase } from './testing/fresh-database'

// The commands that README.md and docs/operations.md name, as a person runs them: in a clone with a .env, in a shell that
// knows nothing of it.

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
let database: Awaited<ReturnType<typeof freshDatabase>>
let clone: string
beforeAll(async () => {
  database = await freshDatabase()
  clone = mkdtempSync(join(tmpdir(), 'partner-dashboard-env-'))
  for (const name of readdirSync(root)) {
    if (!name.startsWith('.env')) symlinkSync(join(root, name), join(clone, name))
  }
  write({})
})
afterAll(async () => {
  rmSync(clone, { recursive: true })
  await database.close()
})

const environment = () => ({
  ...testEnvironment({
    databaseUrl: database.url,
    directUrl: database.ownerUrl,
    sandboxOrigin: 'http://127.0.0.1:4010',
    clientId: 'appid_test',
    clientSecret: randomBytes(24).toString('base64url'),
  }),
  LOG_LEVEL: 'info',
})

function write(changes: Record<string, string>) {
  const lines = Object.entries({ ...environment(), ...changes }).map(([name, value]) => `${name}="${value}"\n`)
  writeFileSync(join(clone, '.env'), lines.join(''))
}

function start(command: string) {
  const { PATH, HOME } = process.env
  return spawn('sh', ['-c', command], { cwd: clone, env: { PATH, HOME, NODE_ENV: 'production' } })
}

async function run(command: string) {
  const child = start(command)
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status, stdout, stderr }
}

describe('in a clone with a .env', () => {
  it.each([
    ['npm run -s db:migrate', /No pending migrations.*\nThe task queue is migrated\.\n$/s],
    ['npm run -s keys -- status', /test/],
    ['npm run -s quarantine -- status', /^environment: /],
    ['npm run -s audit-log -- verify', /^deployment: whole/],
    ['npm run -s audit-log -- head', /^\{/],
  ])('%s finds its environment there', async (command, output) => {
    const { status, stdout, stderr } = await run(command)
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(output)
  })

  it('npm run worker does, too', async () => {
    // Without npm, which hands on no signal.
    const child = start(`exec ${manifest.scripts.worker}`)
    const said: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(JSON.parse(line).msg)
      if (said.at(-1) === 'The worker runs') child.kill('SIGTERM')
    }
    expect(said.at(-1)).toBe('The worker has stopped')
  })

  it.each([
    ['npm run -s db:migrate', 'DATABASE_DIRECT_URL'],
    ['npm run -s keys -- status', 'DATABASE_URL'],
    ['npm run -s quarantine -- status', 'DATABASE_URL'],
    ['npm run -s audit-log -- verify', 'DATABASE_URL'],
  ])('%s says in a sentence, and by the name of the variable, what is wrong', async (command, name) => {
    write({ [name]: '' })
    const missing = await run(command)
    expect(missing).toMatchObject({ status: 1, stderr: `The environment is not usable:\n  ${name} is missing\n` })
    write({ [name]: 'postgresql://someone:Sentinel@127.0.0.1:1/app' })
    const away = await run(command)
    write({})
    expect(away).toMatchObject({ status: 1, stderr: expect.stringMatching(new RegExp(`^${name} leads to .+\\.\\n$`)) })
  })

  it('a reader that leaves early ends a command with a sentence, and not with 0', async () => {
    await database.sql(`INSERT INTO workspace (id, name) SELECT gen_random_uuid(), 'W' FROM generate_series(1, 3000)`)
    await database.sql(`INSERT INTO audit_head (chain, sequence, hash)
      SELECT id, 1, decode(repeat('00', 32), 'hex') FROM workspace ON CONFLICT DO NOTHING`)
    const { stdout, stderr } = await run('{ npm run -s audit-log -- verify; echo "ended $?" >&2; } | head -n 1')
    expect(stdout).toMatch(/^deployment: .*\n$/)
    expect(stderr).toBe('The output was not read to its end.\nended 141\n')
  })
})
