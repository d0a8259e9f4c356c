import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { connect, type Db, Prisma, prepared } from './db'

/** The message in which a server tells a client its process (BackendKeyData), up to its number. */
const GREETING = Buffer.from([0x4b, 0, 0, 0, 12])

let database: Awaited<ReturnType<typeof freshDatabase>>
let front: Awaited<ReturnType<typeof startFront>>
let client: Db

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  front = await startFront(new URL(database.url))
})
afterEach(async () => {
  await client.$disconnect()
  await front.stop()
})

/** Stands before PostgreSQL; as a pooler it greets in its own name. */
async function startFront(behind: URL) {
  let pools = false
  const server = net.createServer((inbound) => {
    const outbound = net.connect(Number(behind.port), behind.hostname)
    for (const socket of [inbound, outbound]) socket.on('error', () => undefined)
    inbound.pipe(outbound)
    outbound.on('data', (bytes) => {
      const at = bytes.indexOf(GREETING)
      if (pools && at >= 0) bytes.writeInt32BE(1, at + GREETING.length)
      inbound.write(bytes)
    })
    outbound.on('close', () => inbound.destroy())
    inbound.on('close', () => outbound.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(behind)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    pool(does: boolean) {
      pools = does
    },
    async stop() {
      server.close()
      await once(server, 'close')
    },
  }
}

const double = (n: number) => prepared(Prisma.sql`SELECT ${n}::int * 2 AS doubled`)

/** How often each named statement of a connection was run. */
const named = (db: Pick<Db, '$queryRaw'>) => db.$queryRaw<{ runs: number }[]>`
  SELECT (generic_plans + custom_plans)::int AS runs FROM pg_prepared_statements`

describe('a prepared statement', () => {
  it('is planned once a connection where nothing stands before PostgreSQL, and others are not', async () => {
    client = connect(front.url, { max: 1 })
    await client.$queryRaw`SELECT ${1}::int AS n`
    for (const n of [1, 2, 3]) expect(await client.$queryRaw(double(n))).toEqual([{ doubled: 2 * n }])
    expect(await named(client)).toEqual([{ runs: 3 }])
  })

  it('has no name where another process answers than the one that greeted', async () => {
    front.pool(true)
    client = connect(front.url, { max: 1 })
    await client.$queryRaw`SELECT ${1}::int AS n`
    for (const n of [1, 2, 3]) expect(await client.$queryRaw(double(n))).toEqual([{ doubled: 2 * n }])
    expect(await named(client)).toEqual([])
  })

  it('has no name any more once one connection of several was pooled', async () => {
    client = connect(front.url, { max: 3 })
    await client.$transaction(async () => {
      front.pool(true)
      await client.$transaction(async () => {
        front.pool(false)
        await client.$transaction(async (direct) => {
          await direct.$queryRaw(double(1))
          expect(await named(direct)).toEqual([])
        })
      })
    })
  })

  it('has no name on a connection that is for one statement', async () => {
    client = connect(front.url, { fresh: true })
    await client.$queryRaw(double(1))
    await client.$transaction(async (tx) => {
      await tx.$queryRaw(double(1))
      expect(await named(tx)).toEqual([])
    })
  })
})
