import { quarantineStore } from '@/lib/connections/quarantine-store'
import { db } from '@/lib/db'

// `npm run quarantine -- set|lift|status`. Set it after a restore in place, before web and worker start: the database
// is then the same one by its identity, but its refresh tokens may be older than those that Airwallex gave since.

const commands: Record<string, () => Promise<string>> = {
  async set() {
    return `Quarantined ${await quarantineStore().quarantineAll()} active connections. Nothing of them is sent until it is lifted.`
  },
  async lift() {
    return `Lifted the quarantine of ${await quarantineStore().liftAll()} connections.`
  },
  async status() {
    const { environment, systemIdentity, since, quarantined, active } = await quarantineStore().state()
    return [
      `environment: ${environment ?? 'not known yet'}`,
      `database: ${systemIdentity ?? 'not known yet'}`,
      `quarantined: ${quarantined} (active: ${active})${since ? `, since ${since.toISOString()}` : ''}`,
    ].join('\n')
  },
}

const command = commands[process.argv[2] ?? '']
if (command) {
  process.stdout.write(`${await command()}\n`)
  await db().$disconnect()
} else {
  process.stderr.write('Usage: npm run quarantine -- set | lift | status\n')
  process.exitCode = 2
}
