import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { pkcePair, postRefresh, postToken } from '../testing/client'

const ACCOUNT = 'acct_HarbourLanternHK0000001'
let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
})
afterEach(() => sandbox.close())

const mint = () => sandbox.control.mintGrant({ accountId: ACCOUNT, scopes: ['account_details:read', 'balance:read'] })

describe('a code exchange', () => {
  const callback = () => sandbox.config.redirectUris[0] ?? ''

  /** A code, as the consent pages give it to someone who allows everything. */
  async function authorize(challenge?: string) {
    const query = new URLSearchParams({
      client_id: sandbox.config.clientId,
      redirect_uri: callback(),
      response_type: 'code',
      scope: 'balance:read',
      ...(challenge && { code_challenge: challenge, code_challenge_method: 'S256' }),
    })
    const start = await fetch(`${sandbox.origin}/oauth/authorize?${query}`, { redirect: 'manual' })
    const flow = new URL(start.headers.get('location') ?? '', sandbox.origin).searchParams.get('flow') ?? ''
    let location = ''
    for (const fields of [
      { action: 'log_in', user: 'user_grace' },
      { action: 'choose_account', account: ACCOUNT },
      { action: 'allow', scope: 'balance:read' },
    ]) {
      const body = new URLSearchParams({ flow, ...fields } as Record<string, string>)
      const step = await fetch(`${sandbox.origin}/oauth/consent`, { method: 'POST', body, redirect: 'manual' })
      location = step.headers.get('location') ?? ''
    }
    return new URL(location).searchParams.get('code') ?? ''
  }
  const exchange = (code: string, rest: Record<string, string> = {}) =>
    postToken(sandbox, { grant_type: 'authorization_code', code, redirect_uri: callback(), ...rest })

  it('gives tokens for the right verifier and redirect URI only', async () => {
    const { verifier, challenge } = pkcePair()
    const code = await authorize(challenge)
    expect((await exchange(code)).body.error).toBe('invalid_grant')
    expect((await exchange(code, { code_verifier: pkcePair().verifier })).body.error).toBe('invalid_grant')
    expect((await exchange(code, { code_verifier: verifier, redirect_uri: 'http://x/' })).body.error).toBe(
      'invalid_grant',
    )
    const { status, body } = await exchange(code, { code_verifier: verifier })
    expect(status).toBe(200)
    expect(body).toMatchObject({ account_id: ACCOUNT, scope: 'balance:read' })
  })

  it('refuses a verifier for a code that was asked for without a challenge', async () => {
    expect((await exchange(await authorize(), { code_verifier: pkcePair().verifier })).body.error).toBe('invalid_grant')
  })

  it('ends the grant when its code is used twice', async () => {
    const code = await authorize()
    const { body } = await exchange(code)
    expect((await exchange(code)).body.error).toBe('invalid_grant')
    expect((await postRefresh(sandbox, body.refresh_token)).body.error).toBe('invalid_grant')
    expect(sandbox.control.verdict()).toMatchObject({ exchanges: 1, duplicateCodeUses: 1, connectionsKilled: 1 })
  })

  it('refuses a code after five minutes', async () => {
    const code = await authorize()
    sandbox.control.advanceClock(300)
    expect((await exchange(code)).body.error).toBe('invalid_grant')
  })

  it('ends the old grant of the account at a new consent only where it is told to', async () => {
    const old = await exchange(await authorize())
    await exchange(await authorize())
    const kept = await postRefresh(sandbox, old.body.refresh_token)
    expect(kept.status).toBe(200)
    sandbox.control.setOptions({ reconsentEndsOldGrant: true })
    await exchange(await authorize())
    expect((await postRefresh(sandbox, kept.body.refresh_token)).status).toBe(400)
  })
})

describe('revocation (RFC 7009)', () => {
  const revoke = (token: string) => {
    const { clientId: client_id, clientSecret: client_secret } = sandbox.config
    const body = new URLSearchParams({ token, client_id, client_secret })
    return fetch(`${sandbox.origin}/oauth/revoke`, { method: 'POST', body })
  }

  it('ends the grant of the token, and answers 200 for any other token', async () => {
    const { refreshToken } = mint()
    expect((await revoke('unknown')).status).toBe(200)
    expect((await revoke(refreshToken)).status).toBe(200)
    expect((await postRefresh(sandbox, refreshToken)).body.error).toBe('invalid_grant')
    expect(sandbox.control.verdict()).toMatchObject({ connectionsKilled: 0, grantsEnded: { revoked_by_client: 1 } })
  })
})
