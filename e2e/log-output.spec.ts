import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { postAction } from './built'
import { expect, test } from './fixtures'
import { logFile, origins } from './origins'

// Runs after all stories, over everything that web and worker printed meanwhile, and over failures of its own.

type Line = { level: number; time: string; msg: string; [field: string]: unknown }

/** What web and worker printed, as they printed it. */
const printed = () =>
  readFileSync(logFile(), 'utf8')
    .split('\n')
    .flatMap((line) => /^(?:web|worker) (?<said>.*)$/.exec(line)?.groups?.said ?? [])
const parsed = () => printed().map((line): Line => JSON.parse(line))
const failures = () => parsed().filter(({ level }) => level >= 50)

/** Sends bytes as no client would, and reads the answer to its end. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(origins.app)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.end(request.replaceAll('\n', '\r\n'))
  return text(socket)
}

test('web and worker print one JSON object a line and nothing else', () => {
  const lines = printed()
  expect(lines.length).toBeGreaterThan(5)
  expect(lines.filter((line) => !/^\{"level":\d\d,"time":".*\}$/.test(line))).toEqual([])
  for (const { level, time, msg } of parsed()) {
    expect(level).toBeGreaterThanOrEqual(10)
    expect(new Date(time).toISOString()).toBe(time)
    expect(msg).toMatch(/^[A-Z]/)
  }
})

test('a page that fails leaves one line: its route, the reference on the page, and where, but no message', async ({
  page,
  context,
  partner,
  sql,
}) => {
  expect(partner.userId).not.toBe('')
  // The first page a browser opens is asked for again once its time zone is known: that would be a second failure.
  await page.goto('/connections')
  await expect.poll(async () => (await context.cookies()).some(({ name }) => name === 'pd.zone')).toBe(true)
  const before = failures().length
  await sql('REVOKE SELECT ON rotation_day FROM partner_dashboard_app')
  await page.goto('/reliability')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await sql('GRANT SELECT ON rotation_day TO partner_dashboard_app')
  await expect.poll(() => failures().length).toBeGreaterThan(before)
  const [failure, ...more] = failures().slice(before)
  expect(more).toEqual([])
  expect(failure).toMatchObject({ msg: 'A request failed', route: '/reliability', errorCode: 'P2010' })
  expect(await page.locator('main').innerText()).toContain(String(failure?.requestId))
  expect(failure?.stack).toEqual(expect.arrayContaining([expect.stringMatching(/:\d+:\d+/)]))
  expect(printed().filter((line) => /permission denied|Raw query failed/i.test(line))).toEqual([])
})

test('an action that does not exist leaves lines without what was sent', async ({ context, partner }) => {
  const fields = { workspaceId: partner.workspaceId, name: 'SENTINEL-OF-A-FORM' }
  const headers = { origin: origins.app, 'next-action': 'f'.repeat(42) }
  await postAction(context.request, { path: '/settings', action: 'renameWorkspace', fields, headers })
  expect(printed().filter((line) => line.includes('SENTINEL-OF-A-FORM'))).toEqual([])
})

test('TRACE is answered 405 without a word, and leaves no failure', async () => {
  const before = failures().length
  for (const path of ['/', '/api/livez', '/connections', '/_next/static/x']) {
    const answer = await raw(`TRACE ${path} HTTP/1.1\nHost: ${new URL(origins.app).host}\nConnection: close\n\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(answer.split('\r\n\r\n')[1]).toBe('')
  }
  expect(failures().length).toBe(before)
})
