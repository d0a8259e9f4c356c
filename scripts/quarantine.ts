import { db } from '@/lib/db'
import { quarantineStore } from '@/lib/deployment/quarantine-store'
import { env } from '@/lib/env'
import { CommandError, runCommand } from './command'

// `npm run quarantine -- set|move|lift|status` (docs/operations.md, "A copied database"). Set it before the first start
// on a physical copy or after a restore in place: the database is then the same one by its identity, but its refresh
// tokens are used elsewhere, or older than those that Airwallex gave since.

const deployment = () => ({ environment: env().airwallex.environment, appOrigin: env().appOrigin })

const commands: Record<string, () => Promise<string>> = {
  async set() {
    const count = await quarantineStore().quarantineAll(deployment())
    return `Quarantined ${count} active connections. Nothing of them is sent until it is lifted.`
  },
  async move() {
    const { environment, appOrigin } = deployment()
    if (await quarantineStore().move({ environment, appOrigin })) {
      return `The database belongs to the deployment at ${appOrigin} now. Nothing was quarantined.`
    }
    throw new CommandError(
      `Nothing was changed: the database is not on record as one of the environment ${environment}.`,
    )
  },
  async lift() {
    return `Lifted the quarantine of ${await quarantineStore().liftAll()} connections.`
  },
  async status() {
    const state = await quarantineStore().state()
    const { timeline, timelineChangedAt: changedAt, recoveredTo, quarantined, active, since } = state
    const change = changedAt ? `, changed: noticed ${changedAt.toISOString()}` : ''
    const reached = recoveredTo ? `, last surviving commit ${recoveredTo.toISOString()}` : ''
    return [
      `environment: ${state.environment ?? 'not known yet'}`,
      `address: ${state.appOrigin ?? 'not known yet'}`,
      `database: ${state.systemIdentity ?? 'not known yet'}`,
      `timeline: ${timeline ?? 'not known yet'}${change}${reached}`,
      `quarantined: ${quarantined} (active: ${active})${since ? `, since ${since.toISOString()}` : ''}`,
    ].join('\n')
  },
}

await runCommand(async () => {
  const command = commands[process.argv[2] ?? '']
  if (!command) throw new CommandError('Usage: npm run quarantine -- set | move | lift | status', 2)
  process.stdout.write(`${await command().finally(() => db().$disconnect())}\n`)
  return 0
})
