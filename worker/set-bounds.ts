import type pg from 'pg'

/** Of every statement, as the first migration sets them (docs/adr/0013-statement-bounds-on-the-database.md). */
const BOUNDS = { statement_timeout: '5s', lock_timeout: '2s', idle_in_transaction_session_timeout: '10s' }

/**
 * Sets those that the database does not have: they are no part of its content, so a dump that was restored has lost them.
 * One that was set to something else stays. Returns the names of those it set.
 */
export async function setBounds(pool: pg.Pool): Promise<string[]> {
  const known = await pool.query<{ name: string }>(
    `SELECT split_part(unnest(setconfig), '=', 1) AS name FROM pg_db_role_setting
     WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  const missing = Object.entries(BOUNDS).filter(([name]) => !known.rows.some((row) => row.name === name))
  for (const [name, value] of missing) {
    const { rows } = await pool.query<{ statement: string }>(
      `SELECT format('ALTER DATABASE %I SET %I = %L', current_database(), $1::text, $2::text) AS statement`,
      [name, value],
    )
    await pool.query(rows[0]?.statement ?? '')
  }
  return missing.map(([name]) => name)
}
