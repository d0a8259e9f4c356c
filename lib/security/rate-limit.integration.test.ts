import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { LIMITS } from './limits'
import { takeFromLimit, takeFromLimits } from './rate-limit'
import { type RateLimitStore, rateLimitStore } from './rate-limit-store'

let database: Awaited<ReturnType<typeof freshDatabase>>
let store: RateLimitStore
beforeAll(async () => {
  database = await freshDatabase()
  store = rateLimitStore(database.client(20))
})
afterAll(() => database.close())

const clock = (secondsLater: number) =>
  database.sql(
    `CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     $$ SELECT timestamptz '2026-11-23T12:00:00Z' + ${secondsLater} * interval '1 second' $$`,
  )
beforeEach(async () => {
  await database.sql('TRUNCATE rate_limit')
  await clock(0)
})

const take = (key: string | null = '192.0.2.1') => takeFromLimit('sign_in.link.address', key, store)
const { limit, seconds } = LIMITS['sign_in.link.address']
async function takenOf(count: number, key?: string | null) {
  const results = await Promise.all(Array.from({ length: count }, () => take(key)))
  return results.filter(({ kind }) => kind === 'taken').length
}

describe('a limit', () => {
  it('refuses from the first beyond it on, and says when to come again', async () => {
    expect(await takenOf(limit)).toBe(limit)
    await clock(90)
    expect(await take()).toEqual({ kind: 'refused', retryAfterSeconds: seconds - 90 })
  })

  it('lets pass again once its window is over, however often it refused meanwhile', async () => {
    await takenOf(limit + 40)
    await clock(seconds - 1)
    expect((await take()).kind).toBe('refused')
    await clock(seconds)
    expect(await takenOf(limit)).toBe(limit)
    expect(await take()).toEqual({ kind: 'refused', retryAfterSeconds: seconds })
  })

  it('lets pass exactly as many of sixty-four that come at once', async () => {
    expect(await takenOf(64)).toBe(limit)
    expect(await database.sql('SELECT taken FROM rate_limit')).toEqual([{ taken: limit + 1 }])
  })

  it('is exact for those that come at once after a window as well', async () => {
    await takenOf(64)
    await clock(seconds)
    expect(await takenOf(64)).toBe(limit)
  })

  it('is each key’s own, and each limit’s own', async () => {
    await takenOf(limit + 1)
    expect((await take('192.0.2.2')).kind).toBe('taken')
    expect((await takeFromLimit('csp_report.address', '192.0.2.1', store)).kind).toBe('taken')
  })

  it('counts one household of IPv6 once, in whatever way its addresses are written', async () => {
    const household = ['2001:db8:0:12::1', '2001:0DB8:0:12:ffff::', '2001:db8:0:12:1:2:3:4']
    for (const address of household) await take(address)
    expect(await database.sql('SELECT taken FROM rate_limit')).toEqual([{ taken: 3 }])
    await take('2001:db8:0:13::1')
    expect(await database.sql('SELECT taken FROM rate_limit ORDER BY taken')).toEqual([{ taken: 1 }, { taken: 3 }])
  })

  it('is one large limit of everyone where no address is known', async () => {
    expect(await takenOf(limit * 2, null)).toBe(limit * 2)
    await database.sql('UPDATE rate_limit SET taken = $1', [limit * 20])
    expect((await take(null)).kind).toBe('refused')
  })

  it('keeps neither addresses nor names', async () => {
    await take('ada@partner.example')
    const [row] = await database.sql<{ key: string }>('SELECT key FROM rate_limit')
    expect(row?.key).toMatch(/^[\w-]{43}$/)
  })

  it('counts against a wider limit only what the narrower one let through', async () => {
    const both = () =>
      takeFromLimits(
        [
          ['sign_in.link.recipient', 'ada@partner.example'],
          ['sign_in.link.address', '192.0.2.1'],
        ],
        store,
      )
    const narrow = LIMITS['sign_in.link.recipient']
    for (let i = 0; i < narrow.limit; i += 1) expect((await both()).kind).toBe('taken')
    for (let i = 0; i < 3; i += 1) {
      expect(await both()).toEqual({ kind: 'refused', retryAfterSeconds: narrow.seconds })
    }
    expect(await database.sql('SELECT bucket, taken FROM rate_limit ORDER BY bucket')).toEqual([
      { bucket: 'sign_in.link.address', taken: narrow.limit },
      { bucket: 'sign_in.link.recipient', taken: narrow.limit + 1 },
    ])
  })

  it('throws when the database does not answer, so that nothing opens', async () => {
    await database.sql('ALTER TABLE rate_limit RENAME TO away')
    await expect(take()).rejects.toThrow()
    await database.sql('ALTER TABLE away RENAME TO rate_limit')
  })
})
