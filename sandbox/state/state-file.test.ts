import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { startSandbox } from '../sandbox'
import { getJson, postRefresh } from '../testing/client'

const directory = mkdtempSync(join(tmpdir(), 'sandbox-state-'))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('keeps grants, roles and accounts over a restart, reuse detection included', async () => {
  const stateFile = join(directory, 'nested', 'state.json')
  const first = await startSandbox({ stateFile })
  const [accountId = ''] = first.control.createAccounts({ name: 'Kept', listed: true })
  const { refreshToken } = first.control.mintGrant({ accountId })
  const rotated = await postRefresh(first, refreshToken)
  first.control.setRole(accountId, 'user_mei', 'Viewer')
  await first.close()

  const second = await startSandbox({ stateFile })
  expect(second.control.inspectToken(refreshToken).class).toBe('previous_in_grace')
  expect((await getJson(second, '/api/v1/account', String(rotated.body.access_token))).body.id).toBe(accountId)
  expect((await postRefresh(second, rotated.body.refresh_token)).status).toBe(200)
  expect(second.control.createAccounts({})).not.toEqual([accountId])
  second.control.advanceClock(61)
  await postRefresh(second, refreshToken)
  expect(second.control.verdict().connectionsKilled).toBe(1)
  await second.close()
})
