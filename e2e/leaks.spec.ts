import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@/lib/pg-client.mjs'
import { expect, test } from './fixtures'
import { logFile, origins, productEnvironment } from './origins'
import { findSecrets } from './secrets'

// Runs after all stories, over everything that they left behind: no token, code, state, secret or personal datum of
// Airwallex's is anywhere but sealed in its row.

/** In every token, code and secret that the sandbox ever made, and in its personal data. */
const MARKS = { 'a token or code': 'sbxtok', 'personal data': 'personal-data-sentinel-7Q2X' }

const SECRETS = [
  'AIRWALLEX_CLIENT_SECRET',
  'AIRWALLEX_WEBHOOK_SECRET',
  'TOKEN_KEYS',
  'NEXTAUTH_SECRET',
  'CRON_SECRET',
  'OIDC_CLIENT_SECRET',
  'DATABASE_URL',
]

function secretsOfThisRun(): Record<string, string> {
  const environment = productEnvironment()
  const values = SECRETS.map((name) => [name, environment[name] ?? ''])
  return {
    ...MARKS,
    ...Object.fromEntries(values),
    'the bytes of the token key': environment.TOKEN_KEYS?.split(':')[1] ?? '',
  }
}

/** What the product printed, without the lines of its counterparts. */
const productLog = () =>
  readFileSync(logFile(), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('sandbox '))

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
}

test('the search finds what it looks for, however it is written', () => {
  const hidden = { mark: 'sbxtok' }
  const written = 'code_sbxtok_1'
  const encoded = [
    written,
    written.toUpperCase(),
    Buffer.from(written).toString('hex'),
    Buffer.from(written).toString('hex').toUpperCase(),
    ...['', 'x', 'xy'].map((before) => Buffer.from(`${before}${written}`).toString('base64')),
    ...['', 'x', 'xy'].map((before) => Buffer.from(`${before}${written}`).toString('base64url')),
    [...Buffer.from(written)].map((byte) => `%${byte.toString(16)}`).join(''),
  ]
  for (const text of encoded) expect(findSecrets(`before ${text} after`, hidden), text).toEqual(['mark'])
  expect(findSecrets('before and after', hidden)).toEqual([])
})

test('no log line of the product', () => {
  const lines = productLog()
  expect(lines.length).toBeGreaterThan(100)
  expect(lines.filter((line) => line.includes('Signed in')).length).toBeGreaterThan(0)
  const found = lines.flatMap((line) => findSecrets(line, secretsOfThisRun()).map((what) => `${what}: ${line}`))
  expect(found).toEqual([])
  expect(lines.filter((line) => /code=|state=|access_token|refresh_token"|Bearer /.test(line))).toEqual([])
})

test('no page and no payload, for someone with connections', async ({
  page,
  context,
  partner,
  account,
  connect,
  connectionId,
  seeded,
  sql,
}) => {
  const seen: string[] = []
  const requests: { state: string; code: string } = { state: '', code: '' }
  page.on('request', (request) => {
    const { searchParams } = new URL(request.url())
    requests.state ||= searchParams.get('state') ?? ''
    requests.code ||= searchParams.get('code') ?? ''
  })
  context.on('response', async (response) => {
    if (response.url().startsWith(origins.app)) seen.push(await response.text().catch(() => ''))
  })
  await connect(page, account)
  const id = await connectionId(partner, account)
  const ended = await seeded(partner)
  await sql(`UPDATE credential SET access_token_expires_at = now() WHERE connection_id = $1`, [id])
  await page.goto(`/connections/${id}`)
  await page
    .getByRole('button', { name: /^Refresh/ })
    .first()
    .click()
  await page.goto(`/connections/${ended.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

  const paths = ['/connections', '/sign-in', '/connect/result/wrong_browser', '/nothing-here']
  for (const one of [id, ended.id]) {
    paths.push(...['', '/disconnect', '/permissions', '/reauthorize'].map((task) => `/connections/${one}${task}`))
  }
  const payloads: Record<string, string>[] = [
    {},
    { rsc: '1' },
    { rsc: '1', 'next-router-prefetch': '1' },
    { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  ]
  for (const path of paths) {
    for (const headers of payloads) {
      // A payload has an address of its own, to which this one leads.
      const answer = await context.request.get(path, { headers })
      seen.push(await answer.text(), JSON.stringify(answer.headers()))
    }
  }
  expect(seen.filter((text) => text.includes(account.id)).length).toBeGreaterThan(4)
  expect(requests.code).toContain(MARKS['a token or code'])
  const sealed = await sql<{ sealed: string }>(
    'SELECT sealed_refresh_token AS sealed FROM credential WHERE connection_id = $1',
    [id],
  )
  const secrets = {
    ...secretsOfThisRun(),
    ...requests,
    'a sealed token': sealed[0]?.sealed.slice(-60) ?? '',
    'the session': partner.token,
  }
  for (const text of seen) expect(findSecrets(text, secrets), text.slice(0, 200)).toEqual([])
  const printed = productLog().join('\n')
  expect(findSecrets(printed, { ...requests, 'the session': partner.token })).toEqual([])
})

test('no bundle, and no name of a secret in what browsers get', () => {
  const scripts = filesBelow('.next/static', /\.(js|css|json|txt|map)$/)
  expect(scripts.length).toBeGreaterThan(5)
  const names = new RegExp(
    `${SECRETS.join('|')}|process\\.env\\.[A-Z]|sealed_(access|refresh)_token|sealedRefreshToken`,
  )
  for (const file of scripts) {
    const text = readFileSync(file, 'utf8')
    expect(findSecrets(text, secretsOfThisRun()), file).toEqual([])
    expect(names.exec(text)?.[0], file).toBeUndefined()
  }
  for (const file of filesBelow('.next/server', /\.(js|json|html|rsc|body|meta)$/)) {
    expect(findSecrets(readFileSync(file, 'utf8'), secretsOfThisRun()), file).toEqual([])
  }
})

test('no row of any table', async () => {
  const client = new Client({ connectionString: origins.databaseUrl })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  let rows = 0
  const found: string[] = []
  for (const { name } of tables) {
    const { rows: dump } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)
    rows += dump.length
    for (const { row } of dump) {
      found.push(...findSecrets(row, secretsOfThisRun()).map((what) => `${what} in ${name}: ${row.slice(0, 300)}`))
    }
  }
  const { rows: held } = await client.query('SELECT 1 FROM credential WHERE sealed_refresh_token IS NOT NULL')
  await client.end()
  expect(held.length).toBeGreaterThan(5)
  expect(rows).toBeGreaterThan(500)
  expect(found).toEqual([])
})
