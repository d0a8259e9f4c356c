import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure } from './figure'
import type { Grant } from './seed'
import type { Stage } from './stage'
import { REPAIRED_MS, tokensOf, tokenWorks, untilRepaired } from './tokens'

/** Time for all of them to be on their way. */
const LATENCY_MS = 6_000

/** A process is killed, and PostgreSQL stopped, while the provider has the requests of each 32 connections. */
export async function struckInMidRefresh(stage: Stage): Promise<Figure> {
  await stage.reset({ latencyMs: LATENCY_MS })
  const [rescuer, victim, witness] = await Promise.all([stage.start(), stage.start(), stage.start()])
  await rescuer.ask({ kind: 'rescue' })
  const killed = await stage.seed(32)
  const answers = tokensOf(victim, killed).catch(() => null)
  await underWay(stage, killed)
  await victim.kill()
  await answers
  const stopped = await stage.seed(32)
  const told = tokensOf(witness, stopped)
  await underWay(stage, stopped)
  await stage.restartDatabase()
  await told
  await untilRepaired(stage)
  const last = [...(await tokensOf(witness, killed)), ...(await tokensOf(witness, stopped))]
  const works = await Promise.all(last.map(({ token }) => tokenWorks(stage, token)))
  await Promise.all([rescuer.end(), witness.end()])
  const lost = works.filter((isGood) => !isGood).length
  return {
    question: 'connections lost of 64 by a kill of their process and a stop of PostgreSQL in mid-refresh',
    measured: String(lost),
    target: '0',
    isMet: lost === 0,
  }
}

/** Every one of them has sent and has no answer yet. */
async function underWay(stage: Stage, grants: readonly Grant[]): Promise<void> {
  const deadline = performance.now() + REPAIRED_MS
  for (;;) {
    const [row] = await stage.sql<{ n: string }>(
      'SELECT count(*) AS n FROM credential WHERE workspace_id = $1 AND first_sent_at IS NOT NULL',
      [grants[0]?.workspaceId],
    )
    if (Number(row?.n ?? 0) === grants.length) return
    if (performance.now() > deadline) throw new Error(`Only ${row?.n} of ${grants.length} have sent`)
    await sleep(20)
  }
}
