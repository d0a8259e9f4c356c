import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { expectAccessible, expectNoViolations } from './accessible'
import { expect, type Partner, type Sql, test } from './fixtures'

// Every page, as `expectAccessible` looks at it.

/** A connection whose tokens are no one's, in a state that a page has to show. */
async function stored(
  sql: Sql,
  { workspaceId, userId }: Partner,
  n: number,
  status = 'active',
  reason: string | null = null,
) {
  const id = uuidv7()
  const account = `acct_Listed${id.slice(-12)}`
  const isLive = status === 'active'
  await sql(
    `INSERT INTO connection (id, workspace_id, environment, airwallex_account_id, connected_by_id, connected_at,
       requested_scopes, granted_scopes)
     VALUES ($1, $2, 'local', $3, $4, now(), '{account_details:read,balance:read}', '{account_details:read}')`,
    [id, workspaceId, account, userId],
  )
  await sql(
    `INSERT INTO credential (connection_id, workspace_id, environment, airwallex_account_id, status, reason, status_since,
       grant_no, generation, sealed_access_token, sealed_refresh_token, access_token_life_seconds,
       access_token_expires_at, refresh_token_expires_at, authorized_at, rotated_at)
     VALUES ($1, $2, 'local', $3, $4::"CredentialStatus", $5, now(), 1, 1, $6, $6, 300, now(), now() + interval '60 days', now(), now())`,
    [id, workspaceId, account, status, reason, isLive ? 'sealed' : null],
  )
  const details = {
    airwallexAccountId: account,
    displayName: `Listed Company ${String(n).padStart(3, '0')} Limited`,
    businessStructure: { known: 'COMPANY' },
    country: 'SG',
    status: n % 3 ? { known: 'ACTIVE' } : { unrecognized: 'UNDER_ENHANCED_REVIEW' },
  }
  await sql(
    `INSERT INTO snapshot (workspace_id, connection_id, kind, data, fetched_at, attempted_at)
     VALUES ($1, $2, 'account_details', $3, now(), now())`,
    [workspaceId, id, JSON.stringify(details)],
  )
  return id
}

test('sign-in, with and without a refusal', async ({ page, context }) => {
  await expectAccessible(page, context, '/sign-in')
  await expectAccessible(page, context, '/sign-in?error=stranger')
})

test('the account page and the page of one action too many', async ({ page, context, partner }) => {
  await expectAccessible(page, context, '/too-many')
  await expectAccessible(page, context, '/account')
  await expect(page.getByText(partner.name).first()).toBeAttached()
})

test('no connection yet', async ({ page, context, partner }) => {
  await expectAccessible(page, context, '/connections')
  await expect(page.getByRole('main')).toContainText(partner.workspace)
})

test('many connections, in every status', async ({ page, context, partner, sql }) => {
  for (let n = 0; n < 55; n += 1) {
    const [status, reason] = [
      ['active', null],
      ['disconnected', null],
      ['reauthorization_required', 'disconnected_at_airwallex'],
    ][n % 3] as [string, string | null]
    await stored(sql, partner, n, status, reason)
  }
  await sql('UPDATE credential SET frozen_at = now() WHERE workspace_id = $1 AND random() < 0.1', [partner.workspaceId])
  await expectAccessible(page, context, '/connections')
  await expect(page.getByRole('row')).toHaveCount(51)
  await page.getByRole('link', { name: 'Next page' }).click()
  await expect(page.getByRole('row')).toHaveCount(6)
  await expectAccessible(page, context, '/connections?show=attention&notice=not_allowed')
  await expectAccessible(page, context, '/connections?q=nothing-like-it')
})

test('a connection and what can be done with it', async ({
  page,
  context,
  partner,
  account,
  connect,
  connectionId,
}) => {
  test.slow()
  await connect(page, account, { without: [/transfers/] })
  await expectAccessible(page, context)
  const id = await connectionId(partner, account)
  for (const path of ['', '/reauthorize', '/permissions', '/disconnect']) {
    await expectAccessible(page, context, `/connections/${id}${path}`)
  }
})

test('the hostile account stays inert, readable and inside its page', async ({
  page,
  context,
  partner,
  connect,
  connectionId,
}) => {
  test.slow()
  const hostile = { id: 'acct_HostileStrings00000006', name: 'Hostile & Sons' }
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    return dialog.dismiss()
  })
  await connect(page, hostile)
  await expectAccessible(page, context)
  const id = await connectionId(partner, hostile)
  for (const path of ['', '/disconnect', '/reauthorize'])
    await expectAccessible(page, context, `/connections/${id}${path}`)
  await expectAccessible(page, context, '/connections')
  await expect(page.getByRole('link', { name: /Hostile & Sons <script>/ })).toBeVisible()
  expect(dialogs).toEqual([])
})

for (const [what, status, reason] of [
  ['that was disconnected', 'disconnected', null],
  ['that Airwallex ended', 'reauthorization_required', 'refresh_token_rejected'],
] as const) {
  test(`a connection ${what}`, async ({ page, context, partner, sql }) => {
    const id = await stored(sql, partner, 1, status, reason)
    await expectAccessible(page, context, `/connections/${id}`)
  })
}

for (const overlay of ['frozen_at', 'quarantined_at']) {
  test(`a connection with ${overlay} set`, async ({ page, context, partner, sql }) => {
    const id = await stored(sql, partner, 1)
    await sql(`UPDATE credential SET ${overlay} = now() WHERE connection_id = $1`, [id])
    await expectAccessible(page, context, `/connections/${id}`)
    await expectAccessible(page, context, `/connections/${id}/lift-quarantine`)
  })
}

/** Generations of every kind that there is, an hour apart. */
const lineage = (sql: Sql, { workspaceId }: Partner, id: string) =>
  sql(
    `INSERT INTO rotation (id, workspace_id, connection_id, grant_no, generation, cause, needed_by, process, outcome,
       repairs, sent_at, answered_at, committed_at)
     SELECT gen_random_uuid(), $1, $2, 1, n, kind[1], 'first_fetch', 'a-host.of-some-length.internal/4212', kind[2],
       kind[3]::int, at - n * interval '700 ms', at, at
     FROM generate_series(1, 44) AS n,
       LATERAL (SELECT now() - (45 - n) * interval '1 hour' AS at, (ARRAY[
         ARRAY['requested', 'rotated', '0'], ARRAY['rescue', 'rotated', '2'], ARRAY['late_probe', 'rejected', '3'],
         ARRAY['forced', 'refresh_token_kept', '0'], ARRAY['authorization', 'authorized', '0'],
         ARRAY['keep_alive', 'answer_dropped', '0']])[n % 6 + 1:n % 6 + 1] AS row) AS of,
       LATERAL (SELECT ARRAY(SELECT unnest(row)) AS kind) AS k`,
    [workspaceId, id],
  )

test('a lineage of every kind, and the reliability of a workspace with and without one', async ({
  page,
  context,
  partner,
  sql,
}) => {
  test.slow()
  await expectAccessible(page, context, '/reliability')
  const id = await stored(sql, partner, 1)
  await lineage(sql, partner, id)
  await sql(
    `UPDATE credential SET first_sent_at = now(), ambiguous_since = now(), send_count = 2, next_attempt_at = now() + interval '1 day'
     WHERE connection_id = $1`,
    [id],
  )
  for (const path of [`/connections/${id}`, '/reliability']) {
    await expectAccessible(page, context, path)
    for (const summary of await page.getByRole('main').locator('section summary').all()) await summary.click()
    await expectNoViolations(page, `${path}, unfolded`)
  }
})

test('a viewer’s pages', async ({ page, context, somebodyElse, signIn, sql }) => {
  const owner = await somebodyElse()
  const id = await stored(sql, owner.partner, 1)
  await signIn(context, { role: 'viewer', joining: owner.partner })
  await expectAccessible(page, context, `/connections/${id}/disconnect`)
})

test('results that are not the viewer’s, and pages that are not there', async ({ page, context, partner }) => {
  test.slow()
  const absent = uuidv7()
  for (const path of [
    '/connect/result/state_unknown_or_used',
    '/connect/result/wrong_browser',
    `/connect/result/${absent}`,
    `/connections/${absent}`,
    `/nothing-here/${partner.workspaceId}`,
  ]) {
    await expectAccessible(page, context, path)
  }
})

test('a page that fails', async ({ page, context, partner, sql }) => {
  const id = await stored(sql, partner, 1)
  // No instant that a page could print: the renderer throws.
  await sql(`UPDATE credential SET refresh_token_expires_at = 'infinity' WHERE connection_id = $1`, [id])
  await page.goto(`/connections/${id}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page could not be shown')
  await expect(page.getByText(/^Reference/)).toBeVisible()
  expect(await page.content()).not.toMatch(/RangeError|Invalid time|infinity|at \w+ \(/)
  await expectAccessible(page, context, `/connections/${id}`)
})

for (const path of [
  '/settings?notice=renamed',
  '/settings/leave?notice=last_owner',
  '/settings/delete?notice=wrong_name',
  '/settings/members',
  '/settings/members/invite',
  '/settings/members/[userId]',
  '/workspaces',
]) {
  test(`${path} of a workspace with long names`, async ({ page, context, partner, somebodyElse, sql }) => {
    test.slow()
    const name = 'A workspace with a name that goes on and on, as some do, up to eighty letters ok'
    await sql('UPDATE workspace SET name = $2 WHERE id = $1', [partner.workspaceId, name])
    const { partner: ben } = await somebodyElse({ role: 'operator', joining: partner })
    for (const [email, days] of [
      ['somebody.with.a.very.long.address.indeed@quite-a-long-domain-name.example', 6],
      ['late@elsewhere.example', -1],
    ] as const) {
      await sql(
        `INSERT INTO invitation (id, workspace_id, email, role, token_digest, invited_by_id, expires_at)
         VALUES ($1, $2, $3, 'viewer', $4, $5, now() + $6 * interval '1 day')`,
        [uuidv7(), partner.workspaceId, email, uuidv7(), partner.userId, days],
      )
    }
    await expectAccessible(page, context, path.replace('[userId]', ben.userId))
  })
}

test('an invitation, and a workspace that someone was removed from', async ({
  page,
  context,
  partner,
  somebodyElse,
  sql,
}) => {
  test.slow()
  const token = randomBytes(32).toString('base64url')
  await expectAccessible(page, context, `/invitations/${token}`)
  await sql('UPDATE partner_user SET email_verified = now() WHERE id = $1', [partner.userId])
  const { partner: sender } = await somebodyElse()
  await sql(`UPDATE workspace SET name = 'Harbour' WHERE id = $1`, [sender.workspaceId])
  await sql(
    `INSERT INTO invitation (id, workspace_id, email, role, token_digest, invited_by_id, expires_at)
     VALUES ($1, $2, $3, 'operator', $5, $4, now() + interval '7 days')`,
    [
      uuidv7(),
      sender.workspaceId,
      `${partner.userId}@partner.example`,
      sender.userId,
      createHash('sha256').update(token).digest('base64url'),
    ],
  )
  await expectAccessible(page, context, `/invitations/${token}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Join Harbour?')
  await sql('UPDATE session SET authenticated_at = now() - interval $$1 hour$$ WHERE user_id = $1', [partner.userId])
  await expectAccessible(page, context, '/confirm?next=/settings/leave')
  await expectAccessible(page, context, '/confirm?next=/settings/leave&error=not_asked_again')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm it’s you')
  await expectAccessible(page, context, '/workspaces?notice=other_workspace')
  await sql('DELETE FROM membership WHERE user_id = $1', [partner.userId])
  await expectAccessible(page, context, '/workspaces')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are not in a workspace yet')
  await expectAccessible(page, context, '/account')
  await context.clearCookies()
  await expectAccessible(page, context, `/invitations/${token}`)
})
