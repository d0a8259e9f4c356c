import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWebhookEvent } from './webhook-events'
import { verifyWebhookSignature } from './webhook-signature'

/** Through the verifier, as there is no other way to a verified delivery. */
function parse(event: unknown) {
  const rawBody = new TextEncoder().encode(typeof event === 'string' ? event : JSON.stringify(event))
  const now = new Date('2026-11-23T12:00:00.000Z')
  const timestamp = String(now.getTime())
  const signature = createHmac('sha256', 'whsec').update(timestamp).update(rawBody).digest('hex')
  const headers = new Headers({ 'x-timestamp': timestamp, 'x-signature': signature })
  const outcome = verifyWebhookSignature({ rawBody, headers, secrets: ['whsec'], now })
  if (outcome.kind !== 'verified') throw new Error(outcome.reason)
  return parseWebhookEvent(outcome.webhook)
}

const envelope = { id: 'evt_1', created_at: '2026-11-23T11:59:00+0000', version: '2025-06-30' }
const createdAt = new Date('2026-11-23T11:59:00.000Z')
const disconnected = { kind: 'disconnected', airwallexAccountIds: ['acct_1'], organizationId: null, reason: null }

describe('parseWebhookEvent', () => {
  it('reads the end of a connection', () => {
    const event = {
      ...envelope,
      name: 'connection.disconnected',
      account_id: 'acct_1',
      data: { id: 'con_1', account_id: 'acct_1', status: 'DISCONNECTED', authorized_scopes: ['balance:read'] },
      source_id: 'con_1',
    }
    expect(parse(event)).toEqual({
      kind: 'parsed',
      event: { id: 'evt_1', name: 'connection.disconnected', createdAt, content: disconnected },
    })
  })

  it('reads it in the older casing', () => {
    const event = {
      id: 'evt_1',
      name: 'connection.disconnected',
      accountId: 'acct_1',
      createdAt: '2026-11-23T11:59:00Z',
      data: { accountId: 'acct_1' },
    }
    expect(parse(event)).toMatchObject({ event: { createdAt, content: disconnected } })
  })

  it.each([
    ['inside data', { data: { account_ids: ['acct_1', 'acct_2'], org_id: 'org_1', reason: 'user_initiated' } }],
    ['beside data', { account_ids: ['acct_1', 'acct_2'], org_id: 'org_1', reason: 'user_initiated', data: null }],
    ['in camel case', { data: { accountIds: ['acct_1', 'acct_2'], orgId: 'org_1', reason: 'user_initiated' } }],
  ])('reads the end of all connections, with its fields %s', (_where, fields) => {
    const event = { ...envelope, name: 'partner_connection.disconnected', app_id: 'appid_1', ...fields }
    expect(parse(event)).toMatchObject({
      event: {
        content: {
          kind: 'disconnected',
          airwallexAccountIds: ['acct_1', 'acct_2'],
          organizationId: 'org_1',
          reason: 'user_initiated',
        },
      },
    })
  })

  it.each([
    ['account.suspended', 'SUSPENDED'],
    ['account.active', 'ACTIVE'],
    ['account.action_required', 'ACTION_REQUIRED'],
    ['account.submitted', 'SUBMITTED'],
    ['account.closed', 'CLOSED'],
    ['account.dormant', 'DORMANT'],
  ])('reads %s as a change of status', (name, status) => {
    expect(parse({ ...envelope, name, account_id: 'acct_1', data: { id: 'acct_1' } })).toMatchObject({
      event: { content: { kind: 'account_status_changed', airwallexAccountId: 'acct_1', status: { known: status } } },
    })
  })

  it.each(['account.connected', 'account.brand_new', 'balance.va.top_up', 'anything'])(
    'lets %s pass unrecognized',
    (name) => {
      expect(parse({ ...envelope, name })).toMatchObject({
        kind: 'parsed',
        event: { name, content: { kind: 'unrecognized' } },
      })
    },
  )

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['no id', { name: 'connection.disconnected', account_id: 'acct_1' }],
    ['an id that is no text', { ...envelope, id: 7, name: 'x' }],
    ['no name', envelope],
    ['a disconnect of no one', { ...envelope, name: 'connection.disconnected', data: {} }],
    ['a status of no one', { ...envelope, name: 'account.active' }],
    ['too much depth', `${'{"data":'.repeat(100)}1${'}'.repeat(100)}`],
  ])('calls %s malformed', (_what, event) => {
    expect(parse(event)).toEqual({ kind: 'malformed' })
  })

  it('lives with a time that it cannot read', () => {
    expect(parse({ ...envelope, created_at: 'soon', name: 'x' })).toMatchObject({ event: { createdAt: null } })
  })

  it('reads or refuses every JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => ['parsed', 'malformed'].includes(parse(text).kind)))
  })
})
