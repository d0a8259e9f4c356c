import { afterAll, beforeAll, expect, it } from 'vitest'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { peopleOf, setEnvironment } from './testing/people'
import { workspaceStore } from './workspace-store'

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
  setEnvironment(database.url)
})
afterAll(() => database.close())

it('gives a person at most 20 workspaces, however many they create at once', async () => {
  const { userId } = await peopleOf(database.sql).owner()
  const store = workspaceStore(database.client(10))
  const created = await Promise.all(
    Array.from({ length: 30 }, (_, index) => store.create({ userId, name: `Workspace ${index}` })),
  )
  expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(19)
  const [row] = await database.sql<{ owned: number }>(
    `SELECT count(*)::int AS owned FROM membership WHERE user_id = $1 AND role = 'owner'`,
    [userId],
  )
  expect(row?.owned).toBe(20)
})
