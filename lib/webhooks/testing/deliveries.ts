import { createHmac } from 'node:crypto'
import type { Setup } from '@/lib/authorization/testing/authorization-setup'
import { receiveWebhook } from '../receive-webhook'

let events = 0

/** An event of its own that says that `account` was disconnected now, in Airwallex's words. */
export function disconnectEvent(account: string, changes: object = {}) {
  events += 1
  return {
    id: `evt_${events}`,
    name: 'connection.disconnected',
    account_id: account,
    data: { id: 'x', account_id: account, status: 'DISCONNECTED', authorized_scopes: [] },
    created_at: `${new Date().toISOString().slice(0, 19)}+0000`,
    version: '2026-08-21',
    ...changes,
  }
}

export function deliveriesTo({ sandbox, defer, settled, sql }: Setup) {
  const sign = (body: string, timestamp: string, secret = sandbox.config.webhookSecret) =>
    createHmac('sha256', secret).update(timestamp).update(body).digest('hex')

  /** A delivery as Airwallex makes it; answers the status, without waiting for what follows. */
  function deliver(content: object | string, headers: Record<string, string> = {}, sentAt = Date.now()) {
    const body = typeof content === 'string' ? content : JSON.stringify(content)
    const timestamp = String(sentAt)
    const signed = { 'x-timestamp': timestamp, 'x-signature': sign(body, timestamp), ...headers }
    return receiveWebhook(new Request('http://localhost/', { method: 'POST', body, headers: signed }), defer)
  }

  return {
    sign,
    deliver,

    /** Delivers, waits for what follows, and gives what became of the event. */
    async handled(content: { readonly id: string }) {
      const status = await deliver(content)
      await settled()
      const [row] = await sql<{ outcome: string | null; done: boolean }>(
        'SELECT outcome, handled_at IS NOT NULL AS done FROM webhook_event WHERE id = $1',
        [content.id],
      )
      return row && { status, ...row }
    },
  }
}
