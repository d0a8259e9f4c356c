import { expect } from '@playwright/test'
import { origins } from './origins'

// The verbs of the sandbox's control API that the stories need.

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${origins.sandbox}/control/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  expect(response.status, `${method} /control/${path}`).toBe(200)
  return (await response.json()) as Answer
}

export type Account = { readonly id: string; readonly name: string }

type Fault = {
  kind: string
  match: { endpoint?: string; accountId?: string; grantType?: string }
  times?: number
  status?: number
  error?: string
  field?: string
  value?: unknown
  delayMs?: number
}

export type JournalEntry = {
  endpoint: string
  grantType: string | null
  accountId: string | null
  status: number | null
}

export const sandbox = {
  /** An account of this test alone: Airwallex keeps one connection an account and application. */
  async createAccount(name: string): Promise<Account> {
    const { accountIds } = await call<{ accountIds: string[] }>('POST', 'accounts', { name, listed: true })
    return { id: accountIds[0] ?? '', name }
  },
  addFault: (fault: Fault) => call<{ id: number }>('POST', 'faults', fault),
  removeFault: (id: number) => call('DELETE', `faults/${id}`),
  disconnect: (accountId: string) => call('POST', `accounts/${accountId}/disconnect`),
  setStatus: (accountId: string, status: string) => call('POST', `accounts/${accountId}/status`, { status }),
  journalOf: async (accountId: string) =>
    (await call<{ entries: JournalEntry[] }>('GET', 'journal?count=20000')).entries.filter(
      (entry) => entry.accountId === accountId,
    ),
  verdict: () => call<Record<string, number>>('GET', 'verdict'),
}
