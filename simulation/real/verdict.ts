import type { Verdict as SandboxVerdict } from '@/sandbox/state/verdict'
import { check, type Violation } from '../checker'
import type { Fleet } from './fleet'
import { disagreements } from './lineage-check'
import type { Counts } from './rounds'
import { type Evidence, entriesOf, type Seed } from './sandbox-entries'
import { ACCESS_TOKEN_SECONDS, DIVISOR } from './scale'
import { storyOf } from './story'

export type Check = { readonly name: string; readonly failures: readonly string[] }
export type Result = {
  readonly passed: number
  readonly failed: number
  readonly checks: readonly Check[]
  /** What to read where something failed. */
  readonly suspects: readonly Seed[]
  readonly violations: readonly Violation[]
}

const KEPT_STORIES = 3
const KEPT_FAILURES = 8

/** One test for each connection, that it lives and yields a token that works, and one for each thing that must hold. */
export function judge(
  evidence: Evidence,
  counts: Counts,
  unrepaired: readonly string[],
  sandbox: SandboxVerdict,
): Result {
  const violations = check(entriesOf(evidence), {
    staleReadMs: 3_000 / DIVISOR,
    // The pauses between two tries are divided as well.
    sendsPerSecond: 3 * DIVISOR,
    // No one may ask for more than half of a life, and each spoilt answer may cost one more.
    rotationsPerMinute: 2 * (60 / (ACCESS_TOKEN_SECONDS / 2)),
  })
  const { chain, writeAhead } = disagreements(evidence)
  const told = (found: readonly { connectionId: string; what: string }[]) =>
    found.map(({ connectionId, what }) => `${connectionId}: ${what}`)
  const inDatabase = [...told(chain), ...told(writeAhead)]
  const checks: Check[] = [
    { name: 'nothing that the checker knows was seen in the journal', failures: violations.map(toldViolation) },
    { name: 'no process ended by itself', failures: counts.died },
    { name: 'every interrupted rotation was repaired', failures: unrepaired },
    { name: 'the sandbox ended no grant', failures: sandbox.connectionsKilled > 0 ? [JSON.stringify(sandbox)] : [] },
    { name: 'lineage, database and sandbox tell the same rotations', failures: told(chain) },
    { name: 'every request that left was marked before', failures: told(writeAhead) },
    {
      name: `F36: ${counts.deploys} deploys, ${counts.deployed} processes ended in order`,
      failures: counts.deployed > 0 ? counts.disorderly : ['no process was replaced'],
    },
    {
      name: `F37: ${counts.databaseKills} kills of PostgreSQL with ${counts.struckInDatabase} refreshes under way: marks survived, the rest rolled back`,
      failures: counts.struckInDatabase > 0 ? inDatabase : ['nothing was under way'],
    },
  ]
  const dead = evidence.seeds.filter(({ connectionId }) => !lives(evidence, connectionId))
  const suspected = new Set([
    ...dead.map(({ connectionId }) => connectionId),
    ...unrepaired,
    ...violations.map(({ connection }) => connection),
    ...[...chain, ...writeAhead].map(({ connectionId }) => connectionId),
  ])
  const failedChecks = checks.filter(({ failures }) => failures.length > 0).length
  return {
    passed: evidence.seeds.length - dead.length + checks.length - failedChecks,
    failed: dead.length + failedChecks,
    checks: [
      ...checks,
      {
        name: 'every connection is alive and yields a token that works',
        failures: dead.map(({ connectionId }) => connectionId),
      },
    ],
    suspects: evidence.seeds.filter(({ connectionId }) => suspected.has(connectionId)),
    violations,
  }
}

function lives({ rest, working }: Evidence, id: string): boolean {
  const row = rest.find(({ connection }) => connection === id)
  return row?.status === 'active' && row.storedIsLive && !row.interrupted && working.has(id)
}

const toldViolation = ({ rule, connection, detail }: Violation) => `${rule} ${detail} (${connection})`

export function told(result: Result, counts: Counts, evidence: Evidence, fleet: Fleet, seconds: number): string[] {
  const rotations = evidence.journal.filter(({ outcome }) => outcome === 'rotated').length
  const stored = evidence.lineage.filter(({ outcome }) => outcome === 'rotated').length
  const repairs = evidence.lineage.filter(({ repairs }) => repairs > 0).length
  const by = (cause: string) =>
    evidence.lineage.filter((row) => row.cause === cause && row.outcome === 'rotated').length
  return [
    `${counts.kills} SIGKILL, ${counts.freezes} SIGSTOP, ${counts.databaseKills} of PostgreSQL, ${counts.spoilt} spoilt answers, in ${seconds} s`,
    `${counts.struck} refreshes under way when processes were struck, ${counts.struckInDatabase} when PostgreSQL was; slowest round ${Math.round(counts.slowestRepairMs)} ms`,
    `${evidence.journal.length} sends, ${rotations} rotations at the sandbox, ${stored} stored, ${repairs} of them repaired, ${by('rescue')} by the rescuer, ${by('late_probe')} by a late probe`,
    `answers to callers: ${[...fleet.answers].map(([kind, n]) => `${n} ${kind}`).join(', ')}; ${evidence.tokens.length} tokens checked`,
    ...result.checks.flatMap(({ name, failures }) => [
      `${failures.length === 0 ? 'holds' : 'FAILS'}: ${name}`,
      ...failures.slice(0, KEPT_FAILURES).map((failure) => `    ${failure}`),
    ]),
    ...result.suspects
      .slice(0, KEPT_STORIES)
      .flatMap((seed) => [`story of ${seed.connectionId}`, ...storyOf(evidence, seed, fleet.logOf(seed.connectionId))]),
  ]
}
