import 'server-only'
import { acrossWorkspaces, type Db, inWorkspace, Prisma, db as sharedDb } from '@/lib/db'

// Sealed values by the key that their header names (npm run keys). Nothing is opened here, and nothing of the rotation
// protocol changes: no generation, no fence, no lease.

export const SEALED_FIELDS = ['refresh_token', 'access_token', 'code_verifier'] as const
export type SealedField = (typeof SEALED_FIELDS)[number]

export type SealedValue = {
  readonly field: SealedField
  readonly workspaceId: string
  /** The connection's id; for a code verifier, its pending authorization's. */
  readonly id: string
  /** Zero for a code verifier, as `generation`. */
  readonly grantNo: number
  readonly generation: number
  readonly sealed: string
}

/** How many values of a field name this key. Null: the header cannot be read. */
export type KeyCount = { readonly field: SealedField; readonly keyId: string | null; readonly values: number }

export type SealedValuesStore = ReturnType<typeof sealedValuesStore>

const token = (column: string) => ({
  table: Prisma.raw('credential'),
  id: Prisma.raw('connection_id'),
  column: Prisma.raw(column),
  version: Prisma.raw('grant_no AS "grantNo", generation'),
})
const PLACES = {
  refresh_token: token('sealed_refresh_token'),
  access_token: token('sealed_access_token'),
  code_verifier: {
    table: Prisma.raw('pending_authorization'),
    id: Prisma.raw('id'),
    column: Prisma.raw('sealed_code_verifier'),
    version: Prisma.raw('0 AS "grantNo", 0 AS generation'),
  },
}

/** The `kid` of a compact JWE's header, null where there is none. Raises for no value, whatever someone stored. */
const keyIdOf = (column: Prisma.Sql) => {
  const header = Prisma.sql`split_part(${column}, '.', 1)`
  return Prisma.sql`CASE WHEN ${header} ~ '^[A-Za-z0-9_-]+$' AND length(${header}) % 4 <> 1 THEN
    substring(encode(decode(translate(${header}, '-_', '+/') || repeat('=', (4 - length(${header}) % 4) % 4), 'base64'),
      'escape') FROM '"kid":"([A-Za-z0-9][A-Za-z0-9_-]{0,31})"') END`
}

export function sealedValuesStore(db: Db = sharedDb()) {
  return {
    countByKey: (): Promise<KeyCount[]> =>
      acrossWorkspaces(db, async (tx) => {
        const counts: KeyCount[] = []
        for (const field of SEALED_FIELDS) {
          const { table, column } = PLACES[field]
          counts.push(
            ...(await tx.$queryRaw<KeyCount[]>`
              SELECT ${field} AS field, ${keyIdOf(column)} AS "keyId", count(*)::int AS values
              FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 2 ORDER BY 2`),
          )
        }
        return counts
      }),

    /** The next values of a field whose header names one of these keys, by id, after `after`. */
    under: (field: SealedField, keyIds: readonly string[], after: string, limit: number): Promise<SealedValue[]> =>
      acrossWorkspaces(db, (tx) => {
        const { table, id, column, version } = PLACES[field]
        return tx.$queryRaw<SealedValue[]>`
          SELECT ${field} AS field, workspace_id AS "workspaceId", ${id} AS id, ${version}, ${column} AS sealed
          FROM ${table} WHERE ${id} > ${after}::uuid AND ${keyIdOf(column)} = ANY(${[...keyIds]}::text[])
          ORDER BY ${id} LIMIT ${limit}`
      }),

    /**
     * Replaces the very value that was read. False where it is another one by now: a sealed value has a nonce of its own,
     * so whatever committed in between (a rotation, a disconnect) is seen, and stays.
     */
    async swap({ field, workspaceId, id: rowId, sealed }: SealedValue, fresh: string): Promise<boolean> {
      const { table, id, column } = PLACES[field]
      const statement = Prisma.sql`UPDATE ${table} SET ${column} = ${fresh}
        WHERE ${id} = ${rowId}::uuid AND workspace_id = ${workspaceId}::uuid AND ${column} = ${sealed}`
      const changed =
        field === 'code_verifier'
          ? await inWorkspace(db, workspaceId, (tx) => tx.$executeRaw(statement))
          : await db.$executeRaw(statement)
      return changed === 1
    },
  }
}
