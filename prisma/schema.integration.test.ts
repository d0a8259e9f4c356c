import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from '@/scripts/testing/fresh-database'

let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

describe('the database schema', () => {
  it('is what the migrations make', () => {
    // Exit code 2 means drift, and throws.
    execFileSync(
      'npx',
      'prisma migrate diff --from-migrations prisma/migrations --to-schema prisma/schema.prisma --exit-code'.split(' '),
      { env: { ...process.env, DATABASE_DIRECT_URL: database.ownerUrl }, stdio: 'pipe' },
    )
  })

  it('has the indexes, checks and functions that Prisma cannot see', async () => {
    const indexes = await database.sql<{ indexname: string }>(
      `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%WHERE%' ORDER BY 1`,
    )
    expect(indexes.map((row) => row.indexname)).toEqual([
      'audit_event_of_the_deployment',
      'credential_ended',
      'credential_interrupted',
      'credential_keep_alive',
      'credential_live_account',
      'credential_unreadable',
      'webhook_event_waiting',
    ])
    const checks = await database.sql<{ conname: string }>(
      `SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY 1`,
    )
    expect(checks.map((row) => row.conname)).toEqual([
      'audit_event_in_chain',
      'audit_head_shape',
      'breaker_one_row',
      'credential_counters',
      'credential_reason_by_status',
      'credential_tokens_by_status',
      'deployment_one_row',
      'pending_authorization_outcome_after_use',
      'workspace_is_not_the_deployment',
    ])
    const functions = await database.sql<{ proname: string; prosecdef: boolean }>(
      `SELECT proname, prosecdef FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
    )
    expect(functions).toEqual([
      { proname: 'append_audit', prosecdef: true },
      { proname: 'current_user_id', prosecdef: false },
      { proname: 'current_workspace_id', prosecdef: false },
      { proname: 'erase_workspace_audit', prosecdef: true },
      { proname: 'frozen_workspaces', prosecdef: true },
      { proname: 'is_across_workspaces', prosecdef: false },
      { proname: 'is_frozen', prosecdef: true },
      { proname: 'lock_audit_head', prosecdef: true },
      { proname: 'read_session', prosecdef: false },
      { proname: 'rotation_clock', prosecdef: false },
    ])
  })

  it('keeps every instant in timestamptz', async () => {
    const plain = await database.sql(
      `SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
         AND data_type = 'timestamp without time zone'`,
    )
    expect(plain).toEqual([])
  })
})
