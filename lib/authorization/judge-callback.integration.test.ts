import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withOrigin } from '@/lib/audit/origin'
import type { PartnerUser } from '@/lib/auth/partner-user'
import { LIMITS } from '@/lib/security/limits'
import { type Begun, type Setup, setUp } from './testing/authorization-setup'

// docs/security.md T01-T06, T40: none of these callbacks may make us call the token endpoint or store a connection.

let setup: Setup
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(() => setup.sandbox.control.reset())

/** A genuine callback, which each case spoils in one way. */
type Case = {
  viewer: PartnerUser | null
  begun: Begun
  parameters: URLSearchParams
  jar: Map<string, string>
}
type Spoil = (genuine: Case) => void | Promise<void>

/** Someone else comes back with it. */
const as =
  (someone: (viewer: PartnerUser) => PartnerUser | null | Promise<PartnerUser | null>): Spoil =>
  async (genuine) => {
    genuine.viewer = await someone(genuine.viewer as PartnerUser)
  }
const stranger = () => setup.createPerson()
const colleague = (viewer: PartnerUser) => setup.createPerson({ workspaceId: viewer.workspace.id })
const nobody = () => null
const random = () => randomBytes(32).toString('base64url')
const set =
  (name: string, value: string): Spoil =>
  ({ parameters }) =>
    parameters.set(name, value)
const add =
  (name: string, value: string): Spoil =>
  ({ parameters }) =>
    parameters.append(name, value)
const drop =
  (name: string): Spoil =>
  ({ parameters }) =>
    parameters.delete(name)
const cookie =
  (change: (value: string) => string): Spoil =>
  ({ begun, jar }) =>
    void jar.set(begun.cookie.name, change(begun.cookie.value))
const row =
  (assignment: string): Spoil =>
  async ({ begun }) =>
    void (await setup.sql(`UPDATE pending_authorization SET ${assignment} WHERE id = $1`, [
      begun.pendingAuthorizationId,
    ]))
const error =
  (code: string): Spoil =>
  ({ parameters }) => {
    parameters.delete('code')
    parameters.set('error', code)
  }

const cases: Record<string, [name: string, spoil: Spoil][]> = {
  state_unknown_or_used: [
    ['without a state', drop('state')],
    ['with an empty state', set('state', '')],
    ['with its state twice', ({ parameters }) => parameters.append('state', parameters.get('state') ?? '')],
    ['with a second state after its own', add('state', random())],
    ['with a random state', ({ parameters }) => parameters.set('state', random())],
    ['with a state cut short', ({ parameters }) => parameters.set('state', parameters.get('state')?.slice(1) ?? '')],
    ['with a state made longer', ({ parameters }) => parameters.set('state', `${parameters.get('state')}A`)],
    ['with a space after its state', ({ parameters }) => parameters.set('state', `${parameters.get('state')} `)],
    [
      'with its state in other letters',
      ({ parameters }) => parameters.set('state', swapCase(parameters.get('state') ?? '')),
    ],
    ['with its state as an array', ({ parameters }) => rename(parameters, 'state', 'state[]')],
    ['with its state as __proto__', ({ parameters }) => rename(parameters, 'state', '__proto__')],
    ['with a NUL in its state', set('state', `${'A'.repeat(42)}\0`)],
    ['with SQL in its state', set('state', "' OR '1'='1")],
    ['with a state of 100,000 characters', set('state', 'A'.repeat(100_000))],
    [
      'with nothing at all',
      ({ parameters }) => {
        for (const name of [...parameters.keys()]) parameters.delete(name)
      },
    ],
    ['of another environment', row(`environment = 'demo'`)],
    ['begun for another redirect URI', row(`redirect_uri = 'https://old.test/callback'`)],
    [
      'used by someone else',
      async (genuine) => {
        await row('consumed_at = now()')(genuine)
        await as(stranger)(genuine)
      },
    ],
    [
      'used, by no one signed in',
      async (genuine) => {
        await row('consumed_at = now()')(genuine)
        genuine.viewer = null
      },
    ],
    [
      'expired, of another session',
      async (genuine) => {
        await row(`expires_at = now() - interval '1 second'`)(genuine)
        await as(signedInAgain)(genuine)
      },
    ],
  ],
  wrong_browser: [
    ['without the cookie', ({ jar }) => jar.clear()],
    ['with an empty cookie', cookie(() => '')],
    ['with another cookie', cookie(random)],
    ['with the cookie cut short', cookie((value) => value.slice(1))],
    ['with the cookie in other letters', cookie(swapCase)],
    [
      "with another attempt's cookie under this one's name",
      async ({ viewer, jar, begun }) => {
        const other = await setup.begin(viewer as PartnerUser)
        jar.set(begun.cookie.name, other.cookie.value)
      },
    ],
    [
      "with another attempt's cookie",
      async ({ viewer, jar }) => {
        const other = await setup.begin(viewer as PartnerUser)
        jar.clear()
        jar.set(other.cookie.name, other.cookie.value)
      },
    ],
    [
      "with the cookie's digest as cookie",
      async ({ begun, jar }) => {
        const [stored] = await setup.sql<{ cookie_digest: string }>(
          'SELECT cookie_digest FROM pending_authorization WHERE id = $1',
          [begun.pendingAuthorizationId],
        )
        jar.set(begun.cookie.name, stored?.cookie_digest ?? '')
      },
    ],
    [
      "in a victim's browser, who is signed in",
      async (genuine) => {
        await as(stranger)(genuine)
        genuine.jar.clear()
      },
    ],
    [
      "in a victim's browser, who is not signed in",
      (genuine) => {
        genuine.viewer = null
        genuine.jar.clear()
      },
    ],
    [
      'of a colleague in another browser',
      async (genuine) => {
        await as(colleague)(genuine)
        genuine.jar.clear()
      },
    ],
  ],
  signed_out: [
    ['after signing out', as(nobody)],
    ['after signing in again', as(signedInAgain)],
    ['after signing in as someone else', as(stranger)],
    ['after signing in as a colleague', as(colleague)],
  ],
  not_allowed: [
    ['after its user became a viewer', ({ viewer }) => membership(`UPDATE membership SET role = 'viewer'`, viewer)],
    ['after its user left the workspace', ({ viewer }) => membership('DELETE FROM membership', viewer)],
  ],
  expired: [
    ['ten minutes old', row(`expires_at = now() - interval '1 second'`)],
    [
      'ten minutes old, its cookie gone',
      async (genuine) => {
        await row(`expires_at = now()`)(genuine)
        genuine.jar.clear()
      },
    ],
  ],
  denied_by_user: [
    ['that says access_denied', error('access_denied')],
    ['that says access_denied beside a code', set('error', 'access_denied')],
  ],
  authorization_error: [
    ...[
      'invalid_request',
      'unauthorized_client',
      'unsupported_response_type',
      'invalid_scope',
      'server_error',
      'temporarily_unavailable',
      'ACCESS_DENIED',
      'something_else',
      '',
      '<script>',
      'a'.repeat(2_000),
    ].map((code): [string, Spoil] => [`with the error ${code.slice(0, 30) || 'that is empty'}`, error(code)]),
    ['without a code', drop('code')],
    ['with an empty code', set('code', '')],
    ['with its code twice', ({ parameters }) => parameters.append('code', parameters.get('code') ?? '')],
    ['with a second code', add('code', random())],
    ['with a line break in its code', set('code', 'a\r\nb')],
    ['with a code beyond ASCII', set('code', 'códe')],
    ['with a code of 3,000 characters', set('code', 'a'.repeat(3_000))],
    ['from another issuer', set('iss', 'https://attacker.test')],
    ["from production's issuer", set('iss', 'https://airwallex.com')],
    ['with an empty issuer', set('iss', '')],
    ['with a slash after the right issuer', ({ parameters }) => parameters.set('iss', `${setup.sandbox.origin}/`)],
    [
      'with the right issuer twice',
      ({ parameters }) => {
        parameters.append('iss', setup.sandbox.origin)
        parameters.append('iss', setup.sandbox.origin)
      },
    ],
    [
      'with two errors',
      ({ parameters }) => {
        parameters.append('error', 'access_denied')
        parameters.append('error', 'server_error')
      },
    ],
    ['with an id_token', set('id_token', 'x.y.z')],
    ['with an access_token', set('access_token', 'x')],
    ['with a JARM response', set('response', 'x.y.z')],
    [
      'with 30 parameters',
      ({ parameters }) => {
        for (let n = 0; n < 30; n++) parameters.append(`p${n}`, 'x')
      },
    ],
  ],
  exchange_failed: [
    [
      'whose verifier was moved here from another attempt',
      async (genuine) => {
        const other = await setup.begin(genuine.viewer as PartnerUser)
        await row(`sealed_code_verifier = (SELECT o.sealed_code_verifier FROM pending_authorization o
        WHERE o.id = '${other.pendingAuthorizationId}')`)(genuine)
      },
    ],
    [
      'whose verifier is sealed with a key that is not configured',
      row(
        `sealed_code_verifier = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiZ29uZSJ9..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA'`,
      ),
    ],
  ],
}

const UNATTRIBUTED = ['state_unknown_or_used', 'wrong_browser', 'signed_out']
const table = Object.entries(cases).flatMap(([outcome, list]) =>
  list.map(([name, spoil]) => ({ outcome, name, spoil })),
)

describe('a callback', () => {
  it('is refused in at least forty ways', () => {
    expect(table.length).toBeGreaterThanOrEqual(40)
  })

  it.each(table)('$name is answered with $outcome and costs no token call', async ({ outcome, spoil }) => {
    const viewer = await setup.createPerson()
    const begun = await setup.begin(viewer)
    const parameters = await setup.consent(begun)
    const genuine: Case = { viewer, begun, parameters, jar: new Map([[begun.cookie.name, begun.cookie.value]]) }
    const audited = () =>
      setup.sql(`SELECT outcome FROM audit_event WHERE action = 'authorization.completed' ORDER BY at, id`)
    await spoil(genuine)
    const before = (await audited()).length

    const result = await setup.callback(genuine.viewer, begun, genuine.parameters, genuine.jar)
    await setup.settled()
    expect(setup.sandbox.control.verdict().tokenRequests).toBe(0)
    expect(await setup.count('connection')).toBe(0)
    expect((await audited()).slice(before)).toEqual([{ outcome }])
    const stored = await setup.outcomeOf(begun)
    if (UNATTRIBUTED.includes(outcome)) {
      expect(result).toMatchObject({ kind: 'unattributed', outcome })
      expect(stored?.outcome).toBeNull()
    } else {
      expect(result).toMatchObject({ kind: 'stored', pendingAuthorizationId: begun.pendingAuthorizationId })
      expect(stored).toMatchObject({ outcome, connectionId: null, consumed: true })
    }
  })

  it('of one browser does not use up the state of another', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    const parameters = await setup.consent(begun, setup.sandbox.control.createAccounts({ count: 1 })[0])
    await setup.callback(await setup.createPerson(), begun, parameters, new Map())
    await setup.callback(ada, begun, parameters)
    expect(await setup.outcomeOf(begun)).toMatchObject({ outcome: 'connected' })
    await setup.sql('TRUNCATE connection CASCADE')
  })

  it("does not take the code of another attempt for this one's state", async () => {
    const ada = await setup.createPerson()
    const [mine, other] = [await setup.begin(ada), await setup.begin(await setup.createPerson())]
    const [parameters, injected] = [await setup.consent(mine), await setup.consent(other)]
    parameters.set('code', injected.get('code') ?? '')
    await setup.callback(ada, mine, parameters)
    expect(await setup.outcomeOf(mine)).toMatchObject({ outcome: 'exchange_failed' })
    expect(await setup.count('connection')).toBe(0)
  })
})

function swapCase(value: string): string {
  return value.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
}

function rename(parameters: URLSearchParams, from: string, to: string): void {
  parameters.set(to, parameters.get(from) ?? '')
  parameters.delete(from)
}

async function membership(change: string, viewer: PartnerUser | null): Promise<void> {
  await setup.sql(`${change} WHERE user_id = $1`, [viewer?.userId])
}

async function signedInAgain(viewer: PartnerUser): Promise<PartnerUser> {
  return { ...viewer, sessionId: await setup.signIn(viewer.userId) }
}

describe('refused callbacks from one place', () => {
  const from = (address: string) => ({ address, device: null })
  const rows = async () =>
    (
      await setup.sql(`SELECT (SELECT count(*)::int FROM audit_event) AS noted,
        (SELECT count(*)::int FROM pending_authorization) AS begun, (SELECT count(*)::int FROM connection) AS connected`)
    )[0]

  it('are answered alike beyond the limit, and write no row then', async () => {
    const ada = await setup.createPerson()
    const begun = await setup.begin(ada)
    const call = (address: string) =>
      withOrigin(from(address), () => setup.callback(ada, begun, new URLSearchParams({ state: random(), code: 'c' })))
    const refused = { kind: 'unattributed', outcome: 'state_unknown_or_used', spentCookie: null }
    const { limit } = LIMITS['callback.refused.address']
    const before = await rows()
    for (let i = 0; i < limit; i += 1) expect(await call('198.51.100.7')).toEqual(refused)
    const atLimit = await rows()
    expect(atLimit).toEqual({ ...before, noted: before?.noted + limit })
    for (let i = 0; i < 10; i += 1) expect(await call('198.51.100.7')).toEqual(refused)
    expect(await rows()).toEqual(atLimit)
    // Another place has a limit of its own.
    await call('198.51.100.8')
    expect(await rows()).toEqual({ ...atLimit, noted: before?.noted + limit + 1 })
  })
})
