import { setTimeout as sleep } from 'node:timers/promises'
import { parseTokenKeys } from '@/lib/vault/keyring'
import { createVault, storedSealedToken } from '@/lib/vault/seal'
import type { Sandbox } from '@/sandbox/sandbox'
import type { JournalEntry } from '@/sandbox/state/journal'
import type { EntryOf } from '../journal'
import type { Database } from './database'
import type { Fleet } from './fleet'
import type { Population } from './population'
import type { Evidence } from './sandbox-entries'
import { ACCESS_TOKEN_SECONDS, figures } from './scale'
import { readLineage, readTrail } from './trail'

type Parts = Population & {
  readonly database: Database
  readonly sandbox: Sandbox
  readonly fleet: Fleet
  readonly tokenKeys: string
}

type StoredCredential = {
  connection_id: string
  status: EntryOf<'rest'>['status']
  grant_no: number
  generation: number
  sealed_refresh_token: string | null
  tokens: number
  interrupted: boolean
}

export type Gathering = ReturnType<typeof gather>

/** Collects what a run leaves behind. */
export function gather({ database, sandbox, fleet, workspaceId, connections, tokenKeys }: Parts) {
  const vault = createVault(parseTokenKeys(tokenKeys))
  const journal: JournalEntry[] = []
  let lastSeq = 0

  /** Often enough for the sandbox, which forgets. */
  function collectJournal(): void {
    const next = sandbox.control.journal(lastSeq)
    if (next.truncated) throw new Error('The sandbox has forgotten a part of its journal')
    lastSeq = next.lastSeq
    journal.push(...next.entries.filter(({ grantType, grantId }) => grantType === 'refresh_token' && grantId !== null))
  }

  /** Asks the processes for each connection's token, and Airwallex's API whether it opens the account. */
  async function findWorking(): Promise<Set<string>> {
    const working = new Set<string>()
    const deadline = performance.now() + 2 * figures.windowMs
    do {
      const missing = connections.map(({ connectionId }) => connectionId).filter((id) => !working.has(id))
      for (let place = 0; place < fleet.size; place++) {
        const connectionIds = missing.filter((_, n) => n % fleet.size === place)
        const told = await fleet.askEach(place, { workspaceId, connectionIds, minTtlSeconds: ACCESS_TOKEN_SECONDS / 2 })
        for (const { connectionId, token } of told) if (token && (await opens(token))) working.add(connectionId)
      }
      if (working.size < connections.length) await sleep(figures.tickMs)
    } while (working.size < connections.length && performance.now() < deadline)
    return working
  }

  async function opens(token: string): Promise<boolean> {
    const response = await fetch(`${sandbox.origin}/api/v1/account`, { headers: { authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    return response.status === 200
  }

  async function atRest(): Promise<EntryOf<'rest'>[]> {
    const rows = await database.sql<StoredCredential>(
      `SELECT connection_id, status, grant_no, generation, sealed_refresh_token, first_sent_at IS NOT NULL AS interrupted,
         num_nonnulls(sealed_access_token, sealed_refresh_token) AS tokens FROM credential`,
    )
    return Promise.all(
      rows.map(async (row) => ({
        kind: 'rest' as const,
        at: sandbox.control.now(),
        connection: row.connection_id,
        status: row.status,
        storedIsLive: await isLive(row),
        interrupted: row.interrupted,
        tokensAtRest: row.tokens,
      })),
    )
  }

  async function isLive(row: StoredCredential): Promise<boolean> {
    if (row.sealed_refresh_token === null) return false
    const { connection_id: connectionId, grant_no: grantNo, generation } = row
    const binding = {
      environment: 'local',
      workspaceId,
      connectionId,
      grantNo,
      generation,
      field: 'refresh_token',
    } as const
    const opened = await vault.open(binding, storedSealedToken(row.sealed_refresh_token))
    if (opened.kind !== 'opened') return false
    return ['current', 'previous_in_grace'].includes(sandbox.control.inspectToken(opened.value.reveal()).class)
  }

  return {
    collectJournal,
    /** Ends the processes in order, and reads everything. */
    async complete(): Promise<Evidence> {
      const working = await findWorking()
      await fleet.stop()
      collectJournal()
      return {
        journal,
        trail: await readTrail(database),
        lineage: await readLineage(database),
        tokens: fleet.tokens,
        seeds: connections,
        accessTokenMs: ACCESS_TOKEN_SECONDS * 1_000,
        rest: await atRest(),
        working,
      }
    },
  }
}
