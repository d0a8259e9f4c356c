type Sql = (text: string, values?: unknown[]) => Promise<unknown>

type Log = {
  readonly workspaceId: string
  readonly entries: number
  readonly userIds: readonly string[]
  readonly connectionIds: readonly string[]
}

const PIECE = 5_000

/** A long log, made by the database: its hashes chain nothing. One entry a minute, up to now. */
export async function seedLog(sql: Sql, { workspaceId, entries, userIds, connectionIds }: Log): Promise<void> {
  // In pieces: every statement has five seconds.
  for (let first = 1; first <= entries; first += PIECE) {
    await sql(
      `INSERT INTO audit_event (id, workspace_id, sequence, at, actor_kind, actor_user_id, actor_name, action,
         connection_id, outcome, detail, origin_address, origin_device, hash)
       SELECT gen_random_uuid(), $1, n, now() - ($2::int - n) * interval '1 minute',
         CASE n % 10 WHEN 0 THEN 'airwallex' WHEN 1 THEN 'system' ELSE 'partner_user' END,
         CASE WHEN n % 10 > 1 THEN ($3::uuid[])[1 + n % cardinality($3::uuid[])] END,
         CASE WHEN n % 10 > 1 THEN 'Person ' || n % cardinality($3::uuid[]) END,
         (ARRAY['connection.disconnected', 'connection.connected', 'authorization.begun'])[1 + n % 3],
         ($4::uuid[])[1 + n % cardinality($4::uuid[])],
         (ARRAY['disconnected', 'connected', 'connect'])[1 + n % 3], '{"purpose":"connect"}',
         '203.0.113.9', 'Firefox on Linux', decode(repeat('ab', 32), 'hex')
       FROM generate_series($5::int, $6::int) AS n`,
      [workspaceId, entries, userIds, connectionIds, first, Math.min(first + PIECE - 1, entries)],
    )
  }
  await sql(`INSERT INTO audit_head (chain, sequence, hash) VALUES ($1, $2, decode(repeat('ab', 32), 'hex'))`, [
    workspaceId,
    entries,
  ])
  await sql('ANALYZE audit_event')
}
