import { describe, expect, it } from 'vitest'
import { Secret } from '@/lib/vault/secret'
import { parseCurrentBalances, readCurrentBalances } from './balances-api'
import { configFor } from './testing/config'
import { respond } from './testing/fault-server'
import { faultServers } from './testing/servers'

const server = faultServers()

async function readBody(body: string) {
  const airwallex = await server((socket) => respond(socket, 200, body))
  return readCurrentBalances(configFor(airwallex.origin), new Secret('access'))
}

describe('readCurrentBalances', () => {
  it('keeps every digit that Airwallex wrote', async () => {
    const body = `[{"account_type":"cash","currency":"USD","available_amount":1234567890123456789.10,"pending_amount":0.10,
      "reserved_amount":-0.000000000000000001,"prepayment_amount":"12.50","total_amount":1.5e3}]`
    expect(await readBody(body)).toEqual({
      kind: 'ok',
      data: {
        unreadable: 0,
        balances: [
          {
            accountType: { known: 'cash' },
            currency: 'USD',
            available: '1234567890123456789.10',
            pending: '0.10',
            reserved: '-0.000000000000000001',
            prepayment: '12.50',
            total: '1500',
          },
        ],
      },
    })
  })

  it('reads an account without balances', async () => {
    expect(await readBody('[]')).toEqual({ kind: 'ok', data: { balances: [], unreadable: 0 } })
  })

  it('calls anything but a list unreadable', async () => {
    expect(await readBody('{"items":[]}')).toEqual({ kind: 'unavailable', reason: 'unreadable', status: 200 })
  })
})

describe('parseCurrentBalances', () => {
  const summary = (json: unknown) =>
    parseCurrentBalances(json)?.balances.map(({ accountType, currency }) => [Object.values(accountType)[0], currency])

  it('sorts by account type, then currency', () => {
    const entry = (account_type: string, currency: string) => ({ account_type, currency })
    const entries = [
      entry('credit', 'AUD'),
      entry('vault', 'AUD'),
      entry('CASH', 'usd'),
      entry('cash', 'EUR'),
      entry('yield', 'USD'),
    ]
    expect(summary(entries)).toEqual([
      ['cash', 'EUR'],
      ['cash', 'USD'],
      ['yield', 'USD'],
      ['credit', 'AUD'],
      ['vault', 'AUD'],
    ])
  })

  it('takes an entry without a type for cash and counts those without a currency', () => {
    const parsed = parseCurrentBalances([{ currency: 'HKD' }, { total_amount: '1' }, null, 'x', { currency: '<b>' }])
    expect(parsed?.balances).toHaveLength(1)
    expect(parsed?.balances[0]).toMatchObject({ accountType: { known: 'cash' }, currency: 'HKD', total: null })
    expect(parsed?.unreadable).toBe(4)
  })

  it.each(['', 'NaN', '1,000.00', '0x10', '1.', '.5', '--1', '1e999', true, {}, []])(
    'does not read %j as an amount',
    (amount) => {
      expect(parseCurrentBalances([{ currency: 'USD', total_amount: amount }])?.balances[0]?.total).toBeNull()
    },
  )
})
