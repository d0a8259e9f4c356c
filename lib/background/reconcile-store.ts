import 'server-only'
import { acrossWorkspaces, type Db, db as sharedDb } from '@/lib/db'

/** What Airwallex's Connections API said of an account; the status as it came. */
export type AirwallexReading = { readonly airwallexAccountId: string; readonly status: string }

export type ReconcileStore = ReturnType<typeof reconcileStore>

export function reconcileStore(db: Db = sharedDb()) {
  return {
    async clock(): Promise<Date> {
      const [row] = await db.$queryRaw<{ at: Date }[]>`SELECT rotation_clock() AS "at"`
      if (!row) throw new Error('The clock gave no row')
      return row.at
    },

    /** Kept with every connection of the account; one that says the same as an hour ago is not written again. */
    async note(environment: string, readings: readonly AirwallexReading[], at: Date): Promise<void> {
      await acrossWorkspaces(
        db,
        (tx) => tx.$executeRaw`
        UPDATE connection AS n SET airwallex_status = reading.status, airwallex_status_at = ${at}::timestamptz
        FROM unnest(${readings.map(({ airwallexAccountId }) => airwallexAccountId)}::text[],
          ${readings.map(({ status }) => status)}::text[]) AS reading(account_id, status)
        WHERE n.environment = ${environment} AND n.airwallex_account_id = reading.account_id
          AND (n.airwallex_status IS DISTINCT FROM reading.status OR n.airwallex_status_at IS NULL
            OR n.airwallex_status_at <= ${at}::timestamptz - interval '1 hour')`,
      )
    },

    /**
     * Of these accounts, those that are connected here, by a grant from before `at`, and those that were disconnected
     * here and whose end at Airwallex no one has confirmed yet.
     */
    async toConfirm(environment: string, airwallexAccountIds: readonly string[], at: Date): Promise<string[]> {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT DISTINCT c.airwallex_account_id AS "id" FROM credential c
        WHERE c.environment = ${environment} AND c.airwallex_account_id = ANY(${[...airwallexAccountIds]}::text[])
          AND c.authorized_at <= ${at}::timestamptz
          AND (c.status = 'active' OR (c.status = 'disconnected' AND c.disconnect_event_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM credential live WHERE live.environment = c.environment
              AND live.airwallex_account_id = c.airwallex_account_id AND live.status <> 'disconnected')))`
      return rows.map(({ id }) => id)
    },
  }
}
