import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox } from '@/sandbox/sandbox'
import type { Database } from './database'
import type { Fleet } from './fleet'
import type { Blow, Round } from './plan'
import { ACCESS_TOKEN_SECONDS, figures } from './scale'

export type Field = {
  readonly database: Database
  readonly sandbox: Sandbox
  readonly fleet: Fleet
  readonly workspaceId: string
  readonly connections: readonly { readonly connectionId: string; readonly accountId: string }[]
}

/** What happened, to be printed. */
export type Counts = {
  kills: number
  freezes: number
  databaseKills: number
  /** Refreshes under way when a process was struck, when the database was killed. */
  struck: number
  struckInDatabase: number
  spoilt: number
  deploys: number
  deployed: number
  /** Processes that were told to end and did not do so in order, or left a request without its answer. */
  disorderly: string[]
  /** Processes that ended though no one told or killed them. */
  died: string[]
  slowestRepairMs: number
}

export const newCounts = (): Counts => ({
  kills: 0,
  freezes: 0,
  databaseKills: 0,
  struck: 0,
  struckInDatabase: 0,
  spoilt: 0,
  deploys: 0,
  deployed: 0,
  disorderly: [],
  died: [],
  slowestRepairMs: 0,
})

/** An interrupted rotation is repaired within lease, tick and window; this is far beyond. */
const REPAIR_LIMIT_MS = 3 * figures.windowMs

export async function runRound(field: Field, round: Round, counts: Counts): Promise<{ unrepaired: string[] }> {
  const { sandbox, fleet } = field
  sandbox.control.setOptions({ dialect: round.dialect })
  for (const delay of round.delays) sandbox.control.addFault(delay)
  // Half of a life is the most that may be asked for: about half of all connections begin to rotate.
  askForAll(field, ACCESS_TOKEN_SECONDS / 2)
  await sleep(round.pauseMs)
  const struckAt = performance.now()
  const struck = await inFlight(field)
  if (round.kind === 'processes') {
    counts.struck += struck
    await strike(field, round, counts)
  } else {
    counts.struckInDatabase += struck
    counts.databaseKills += 1
    await field.database.kill()
    sandbox.control.clearFaults()
    askForHalf(field, round.idleHalf)
    await sleep(round.downMs)
    await field.database.restart()
  }
  sandbox.control.clearFaults()
  const unrepaired = await repaired(field)
  counts.slowestRepairMs = Math.max(counts.slowestRepairMs, performance.now() - struckAt)
  fleet.ask({ workspaceId: field.workspaceId, connectionIds: [], minTtlSeconds: 0 })
  return { unrepaired }
}

async function strike(field: Field, round: Extract<Round, { kind: 'processes' }>, counts: Counts): Promise<void> {
  const { fleet, sandbox } = field
  counts.kills += round.blows.filter(({ kind }) => kind === 'kill').length
  counts.freezes += round.blows.filter(({ kind }) => kind === 'freeze').length
  const thawed = round.blows.map((blow, place) => fall(fleet, blow, place))
  sandbox.control.clearFaults()
  askForHalf(field, round.idleHalf)
  counts.spoilt += await spoil(field, round.spoilt)
  const reachable = round.blows.flatMap(({ kind }, place) => (kind === 'freeze' ? [] : [place]))
  await Promise.all(reachable.map((place) => thawed[place]))
  if (round.deploy) {
    counts.deploys += 1
    counts.deployed += reachable.length
    // One after the other, as a rolling deployment does.
    for (const place of reachable) {
      const { code, unanswered } = await fleet.deploy(place)
      if (code !== 0 || unanswered !== 0) counts.disorderly.push(`ended with ${code}, ${unanswered} unanswered`)
    }
  }
  await Promise.all(thawed)
}

/** Resolves when this place is at work again. */
async function fall(fleet: Fleet, blow: Blow, place: number): Promise<void> {
  if (blow.kind === 'freeze') await fleet.freeze(place, blow.ms)
  if (blow.kind === 'kill') {
    await fleet.kill(place)
    await fleet.replace(place)
  }
}

/** Only for connections that have no request under way: what was struck has had its fault. */
async function spoil(
  { database, sandbox, connections }: Field,
  faults: readonly NonNullable<Parameters<Sandbox['control']['addFault']>[0]>[],
) {
  const rows = await database.sql<{ connection_id: string }>(
    'SELECT connection_id FROM credential WHERE first_sent_at IS NULL AND lease_until IS NULL ORDER BY random() LIMIT $1',
    [faults.length],
  )
  for (const [n, { connection_id }] of rows.entries()) {
    const accountId = connections.find(({ connectionId }) => connectionId === connection_id)?.accountId
    const fault = faults[n]
    if (fault && accountId) sandbox.control.addFault({ ...fault, match: { ...fault.match, accountId } })
  }
  return rows.length
}

function askForAll({ fleet, workspaceId, connections }: Field, minTtlSeconds: number): void {
  fleet.ask({ workspaceId, connectionIds: connections.map(({ connectionId }) => connectionId), minTtlSeconds })
}

function askForHalf({ fleet, workspaceId, connections }: Field, idleHalf: 0 | 1): void {
  const connectionIds = connections.flatMap(({ connectionId }, n) => (n % 2 === idleHalf ? [] : [connectionId]))
  fleet.ask({ workspaceId, connectionIds, minTtlSeconds: 0 })
}

async function inFlight({ database }: Field): Promise<number> {
  const [row] = await database.sql<{ count: string }>('SELECT count(*) FROM credential WHERE first_sent_at IS NOT NULL')
  return Number(row?.count ?? 0)
}

/** Waits until nothing that was sent before now is without its answer; tells what stays so, or is over. */
async function repaired({ database }: Field): Promise<string[]> {
  const [now] = await database.sql<{ at: Date }>('SELECT clock_timestamp() AS at')
  const deadline = performance.now() + REPAIR_LIMIT_MS
  for (;;) {
    const open = await database.sql<{ connection_id: string; over: boolean }>(
      `SELECT connection_id, status <> 'active' AS over FROM credential
       WHERE status <> 'active' OR ambiguous_since <= $1`,
      [now?.at],
    )
    const over = open.some((row) => row.over)
    if (open.length === 0 || over || performance.now() > deadline) return open.map(({ connection_id }) => connection_id)
    await sleep(50)
  }
}
