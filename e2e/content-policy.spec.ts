import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { builtPages, pathOf } from './matrix/entries'
import { createWorld } from './matrix/worlds'
import { origins } from './origins'
import { ownCookie } from './own-cookie'
import { sandbox } from './sandbox'

// The policy in a real browser: it blocks what is not ours, and nothing of ours breaks it.

type Reported = { directive: string; blocked: string }

/** Collects what the policy blocks and what pages complain about, on every page of this browser. */
async function watch(context: BrowserContext) {
  const violations: Reported[] = []
  const complaints: string[] = []
  await context.exposeBinding('reportViolation', (_source, violation: Reported) => void violations.push(violation))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective: directive, blockedURI: blocked }) => {
      ;(window as unknown as { reportViolation: (violation: Reported) => void }).reportViolation({ directive, blocked })
    })
  })
  context.on('weberror', (failure) => complaints.push(failure.error().message))
  context.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text())) complaints.push(message.text())
  })
  return { violations, complaints }
}

const settled = (page: Page) => page.waitForLoadState('networkidle')

test('no page of ours breaks the policy, whatever accounts are called', async ({
  page,
  context,
  partner,
  connect,
  connectionId,
}) => {
  const { violations, complaints } = await watch(context)
  const hostile = await sandbox.createAccount(
    `</title><script>alert(1)</script><img src=x onerror=alert(1)> ${partner.workspace}`,
  )
  page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`))
  await connect(page, hostile)
  const id = await connectionId(partner, hostile)
  await page.reload()
  for (const path of [
    '/connections',
    '/connections?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    `/connections/${id}`,
    `/connections/${id}/permissions`,
    `/connections/${id}/reauthorize`,
    `/connections/${id}/disconnect`,
    '/connect/result/state_unknown_or_used',
  ]) {
    await page.goto(path)
    await settled(page)
  }
  await page.getByRole('link', { name: 'Go to connections' }).click()
  await page.getByRole('link', { name: hostile.name }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(hostile.name)
  await context.clearCookies()
  await page.goto('/sign-in?error=%3Cscript%3E')
  await settled(page)
  expect(violations).toEqual([])
  expect(complaints).toEqual([])
})

test('no page of the build breaks the policy, whatever people and workspaces are called', async ({
  page,
  context,
  sql,
}) => {
  test.slow()
  const world = await createWorld(sql)
  const ids = world.ids('owner')
  const hostile = '</title><script>alert(1)</script><img src=x onerror=alert(1)>'
  await sql('UPDATE workspace SET name = $2 WHERE id = $1', [ids.workspaceId, hostile])
  await sql('UPDATE partner_user SET name = $2 WHERE id IN (SELECT user_id FROM membership WHERE workspace_id = $1)', [
    ids.workspaceId,
    hostile,
  ])
  const session = { name: ownCookie('session'), value: world.tokens.owner, url: origins.app }
  const { violations, complaints } = await watch(context)
  page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`))
  const visitAll = async () => {
    for (const address of [...Object.keys(builtPages()), '/nothing/here']) {
      // Next makes it when it builds, without a nonce: its scripts are blocked, and it works without.
      if (address === '/_global-error') continue
      await page.goto(pathOf(address, ids))
      await settled(page)
    }
  }
  await visitAll() // as no one
  await context.addCookies([session])
  await visitAll()
  await sql(
    `UPDATE session SET authenticated_at = now() - interval '1 hour' WHERE user_id IN
    (SELECT user_id FROM membership WHERE workspace_id = $1)`,
    [ids.workspaceId],
  )
  await page.goto('/confirm?next=/settings/delete')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm it’s you')
  await settled(page)
  expect(violations).toEqual([])
  // A page that refuses does so with its status, which the console calls an error.
  expect(complaints.filter((said) => !/^Failed to load resource: .* status of 40[34]/.test(said))).toEqual([])
})

test('a script that got into a page does not run', async ({ page, context, partner }) => {
  const { violations } = await watch(context)
  const ran = () => page.evaluate(() => (window as unknown as { injected?: boolean }).injected ?? false)
  await page.route('**/connections', async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replace(
      '<main',
      `<script>window.injected = true</script>
       <script src="${origins.sandbox}/injected.js"></script>
       <img src="x" onerror="window.injected = true">
       <main`,
    )
    await route.fulfill({ response: answer, body })
  })
  await page.route('**/injected.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'window.injected = true' }),
  )
  await page.goto('/connections')
  await expect(page.getByRole('main')).toContainText(partner.workspace)
  await page.evaluate(() => {
    const written = '<img src="y" onerror="window.injected = true"><a href="javascript:window.injected = true">go</a>'
    document.body.insertAdjacentHTML('beforeend', written)
  })
  await page.getByRole('link', { name: 'go', exact: true }).click()
  await expect.poll(() => violations.length).toBeGreaterThanOrEqual(5)
  expect(await ran()).toBe(false)
  expect(
    violations.map(({ directive }) => directive).filter((directive) => !directive.startsWith('script-src')),
  ).toEqual([])
})

test('no other site can frame a page', async ({ page, context, partner, browser }) => {
  const other = await browser.newContext()
  const stranger = await other.newPage()
  for (const [tab, address] of [
    [stranger, `${origins.app}/sign-in`],
    [page, `${origins.app}/connections`],
  ] as const) {
    await tab.route('http://framing.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe title="framed" src="${address}"></iframe>` }),
    )
    await tab.goto('http://framing.example/')
    const frame = tab.frames().find((candidate) => candidate !== tab.mainFrame())
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/)
    expect(await frame?.content()).not.toContain(partner.workspace)
  }
  await other.close()
  expect(await context.cookies(origins.app)).not.toEqual([])
})

test('a form of ours leads to Airwallex and nowhere else', async ({ page, context, partner }) => {
  const { violations } = await watch(context)
  await page.goto('/connections')
  await page.evaluate(() => {
    const form = document.createElement('form')
    form.action = 'https://evil.example/'
    form.method = 'post'
    document.body.append(form)
    form.submit()
  })
  await expect.poll(() => violations).toEqual([{ directive: 'form-action', blocked: 'https://evil.example/' }])
  expect(await page.evaluate(() => location.pathname), partner.workspace).toBe('/connections')
})

test('what the policy blocks is reported, without the query of the page', async ({ page, request }) => {
  await page.goto('/sign-in')
  const reported = (body: string) =>
    request.post('/api/csp-report', { data: body, headers: { 'content-type': 'application/reports+json' } })
  const violation = {
    type: 'csp-violation',
    body: {
      effectiveDirective: 'script-src-elem',
      blockedURL: 'https://evil.example/x.js?token=1',
      documentURL: `${origins.app}/api/airwallex/callback?code=never-logged-code&state=x`,
    },
  }
  expect((await reported(JSON.stringify([violation]))).status()).toBe(204)
  expect((await reported('not json')).status()).toBe(400)
  expect((await reported(JSON.stringify('x'.repeat(20_000)))).status()).toBe(413)
})
