import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import packageJson from '@/package.json' with { type: 'json' }
import { type Setup, setUp } from '../authorization/testing/authorization-setup'
import { startHeartbeat } from './heartbeat'
import { workerState } from './heartbeat-views'

let setup: Setup
beforeAll(async () => {
  setup = await setUp()
})
afterAll(() => setup.tearDown())
beforeEach(async () => {
  await setup.moveClock(0)
  await setup.sql('TRUNCATE worker_heartbeat')
})

describe('the heartbeat', () => {
  it('says that background work never ran where no worker was ever seen', async () => {
    expect(await workerState()).toEqual({ kind: 'stopped', since: null })
  })

  it('shows a worker while it runs, and since when there is none after it has ended', async () => {
    const heartbeat = startHeartbeat()
    await expect.poll(() => workerState()).toMatchObject({ kind: 'running', workers: 1 })
    expect(await setup.sql('SELECT version FROM worker_heartbeat')).toEqual([{ version: packageJson.version }])
    await heartbeat.stop()
    expect(await workerState()).toEqual({ kind: 'stopped', since: expect.any(Date) })
  })

  it('takes a worker for gone that was silent for a minute', async () => {
    await setup.sql(
      `INSERT INTO worker_heartbeat (id, process, version, started_at, last_seen_at)
       VALUES (gen_random_uuid(), 'killed', '1', now() - interval '1 hour', now())`,
    )
    await setup.moveClock(59)
    expect(await workerState()).toMatchObject({ kind: 'running', workers: 1 })
    await setup.moveClock(61)
    expect(await workerState()).toEqual({ kind: 'stopped', since: expect.any(Date) })
  })
})
