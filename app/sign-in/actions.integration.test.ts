import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { createMailbox, startSmtp } from '@/sandbox/identity/mailbox'
import { testEnvironment } from '@/scripts/testing/environment'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { emailLink } from './actions'

// What Next would know of the request, and what it would do once the answer is sent.
const request = { headers: new Headers(), cookies: new Map<string, string>() }
const behind: (() => Promise<void>)[] = []
vi.mock('next/headers', () => ({
  headers: async () => request.headers,
  cookies: async () => ({
    get: () => undefined,
    set: (name: string, value: string) => void request.cookies.set(name, value),
  }),
}))
vi.mock('next/server', () => ({ after: (work: () => Promise<void>) => void behind.push(work) }))
vi.stubEnv('__NEXT_EXPERIMENTAL_AUTH_INTERRUPTS', 'true')

const KNOWN = 'ada@partner.test'
const STRANGER = 'mallory@stranger.test'

setLogLevel('silent')
const mailbox = createMailbox()
let database: Awaited<ReturnType<typeof freshDatabase>>
let smtp: Awaited<ReturnType<typeof startSmtp>>
let front: Awaited<ReturnType<typeof withholding>>

/** A mail server that takes connections and says nothing, until it is let. */
async function withholding(to: number) {
  const held: Socket[] = []
  const server = createServer((socket) => void held.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    held,
    answer() {
      for (const socket of held.splice(0)) socket.pipe(connect(to, '127.0.0.1')).pipe(socket)
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

beforeAll(async () => {
  smtp = await startSmtp(0, mailbox)
  front = await withholding(smtp.port)
  database = await freshDatabase()
  const settings = { databaseUrl: database.url, sandboxOrigin: 'http://127.0.0.1:1' }
  const environment = {
    ...testEnvironment({ ...settings, clientId: 'appid_test', clientSecret: 'T3st-only-0123456789' }),
    EMAIL_SERVER: `smtp://127.0.0.1:${front.port}`,
    EMAIL_FROM: 'no-reply@company.test',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  const { db } = await import('@/lib/db')
  await db().$disconnect()
  await Promise.all([front.close(), smtp.close()])
  await database.close()
})
beforeEach(async () => {
  request.headers = new Headers({
    origin: 'http://localhost:3000',
    'sec-fetch-site': 'same-origin',
    'next-action': 'x',
  })
  request.cookies.clear()
  behind.length = 0
  mailbox.clear()
  await database.sql('TRUNCATE rate_limit, sign_in_link, partner_user CASCADE')
})

function ask(email: string) {
  const form = new FormData()
  form.set('email', email)
  return emailLink(null, form)
}

/** What is asked of the database meanwhile, in words. */
async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return query.mock.calls.map(([statement]) => (statement as { text?: string }).text ?? String(statement))
  } finally {
    query.mockRestore()
  }
}

describe('asking for a link', () => {
  it('is answered while the mail server is silent; the mail goes out behind the answer', async () => {
    expect(await ask(KNOWN)).toEqual({ kind: 'link_requested', address: KNOWN })
    expect(behind).toHaveLength(1)
    expect(front.held).toEqual([])
    const sending = behind[0]?.()
    await expect.poll(() => front.held.length).toBe(1)
    expect(mailbox.messages()).toEqual([])
    front.answer()
    await sending
    expect(mailbox.messages()).toMatchObject([{ to: [KNOWN] }])
  })

  it.each([
    ['Ops&Fin@partner.test', 'ops&fin@partner.test'],
    ['ada@münchen.test', 'ada@xn--mnchen-3ya.test'],
    ['ada@xn--mnchen-3ya.test', 'ada@xn--mnchen-3ya.test'],
  ])('takes %s for what it is', async (typed, address) => {
    expect(await ask(typed)).toEqual({ kind: 'link_requested', address })
  })

  it('answers what was typed where that is no address, for the field to keep', async () => {
    const typed = { email: 'ada@münchen' }
    expect(await ask(typed.email)).toEqual({ kind: 'invalid', problems: { email: 'is not an email address' }, typed })
    expect(behind).toEqual([])
  })

  it('does the same before its answer for an address that is known, one that is not, and one that is turned off', async () => {
    await database.sql(
      `INSERT INTO partner_user (id, email, email_identity, disabled_at)
       VALUES (gen_random_uuid(), $1, $1, NULL), (gen_random_uuid(), $2, $2, now())`,
      [KNOWN, 'off@partner.test'],
    )
    const seen: { statements: readonly string[]; cookies: string[]; behind: number }[] = []
    for (const email of [KNOWN, STRANGER, 'off@partner.test', 'nobody@partner.test']) {
      await database.sql('TRUNCATE rate_limit')
      const statements = await statementsOf(() => ask(email))
      seen.push({ statements, cookies: [...request.cookies.keys()], behind: behind.splice(0).length })
    }
    expect(seen[0]?.statements).toContainEqual(expect.stringContaining('rate_limit'))
    expect(seen[0]).toMatchObject({ cookies: ['pd.3000.sign-in.link-browser'], behind: 1 })
    for (const other of seen) expect(other).toEqual(seen[0])
    expect(await database.sql('SELECT 1 FROM sign_in_link')).toEqual([])
  })
})
