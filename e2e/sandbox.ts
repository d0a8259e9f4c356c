import { createHmac, randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import { origins, productEnvironment } from './origins'

// The verbs of the sandbox's control API that the stories need. Each is about one account: stories run side by side.

async function call<Answer>(method: string, path: string, body?: unknown, origin = origins.sandbox): Promise<Answer> {
  const response = await fetch(`${origin}/control/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.status, `${method} /control/${path}`).toBe(200)
  return (await response.json()) as Answer
}

export type Account = { readonly id: string; readonly name: string }

type Fault = {
  kind: string
  match: { endpoint: 'token' | 'account' | 'balances'; accountId: string; grantType?: string }
  times?: number
  status?: number
  error?: string
  delayMs?: number
}

export type JournalEntry = {
  endpoint: string
  grantType: string | null
  accountId: string | null
  status: number | null
}

type Tokens = { readonly accessToken: string; readonly refreshToken: string }

export const sandbox = {
  /** An account of this test alone: Airwallex keeps one connection an account and application. */
  async createAccount(name: string, { id, origin }: { id?: string; origin?: string } = {}): Promise<Account> {
    const account = { name, id, listed: true }
    const { accountIds } = await call<{ accountIds: string[] }>('POST', 'accounts', account, origin)
    return { id: accountIds[0] ?? '', name }
  },
  /** A grant as a consent and a code exchange would have made it. */
  mintGrant: (accountId: string, scopes: readonly string[]) => call<Tokens>('POST', 'grants', { accountId, scopes }),
  addFault: (fault: Fault) => call<{ id: number }>('POST', 'faults', fault),
  removeFault: ({ id }: { id: number }) => call('DELETE', `faults/${id}`),
  setStatus: (accountId: string, status: string) => call('POST', `accounts/${accountId}/status`, { status }),
  redeliver: (eventId: string) => call<{ redelivered: number }>('POST', `webhooks/${eventId}/redeliver`),
  /** An event that Airwallex sends long after it happened, `ago` seconds; answers its id. */
  async deliverDisconnect(accountId: string, { ago }: { ago: number }): Promise<string> {
    const id = `evt_${randomUUID()}`
    const createdAt = `${new Date(Date.now() - ago * 1_000).toISOString().slice(0, 19)}+0000`
    const data = { id: 'x', account_id: accountId, status: 'DISCONNECTED', authorized_scopes: [] }
    const event = { id, name: 'connection.disconnected', account_id: accountId, data, created_at: createdAt }
    const body = JSON.stringify({ ...event, version: '2026-08-21' })
    const timestamp = String(Date.now())
    const secret = productEnvironment().AIRWALLEX_WEBHOOK_SECRET ?? ''
    const signature = createHmac('sha256', secret).update(timestamp).update(body).digest('hex')
    const answer = await fetch(`${origins.app}/api/airwallex/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-timestamp': timestamp, 'x-signature': signature },
      body,
    })
    expect(answer.status).toBe(200)
    return id
  },
  journalOf: async (accountId: string) =>
    (await call<{ entries: JournalEntry[] }>('GET', 'journal?count=20000')).entries.filter(
      (entry) => entry.accountId === accountId,
    ),
}
