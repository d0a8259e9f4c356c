// A PgBouncer for the tests with real processes. Node's own modules only.
import { existsSync } from 'node:fs'
import { hasApt, installPackage } from './debian-package.mjs'

const CANDIDATES = [
  '/usr/sbin/pgbouncer',
  '/usr/bin/pgbouncer',
  '/opt/homebrew/bin/pgbouncer',
  '/usr/local/bin/pgbouncer',
]

/** The program, if it is there. @returns {string | undefined} */
export const installedPgBouncer = () => process.env.PGBOUNCER_PATH ?? CANDIDATES.find((path) => existsSync(path))

/** Finds PgBouncer or installs it. @returns {string | undefined} what is missing, and the line that mends it */
export function ensurePgBouncer() {
  if (installedPgBouncer()) return undefined
  process.stdout.write('Installing PgBouncer …\n')
  installPackage('pgbouncer')
  if (installedPgBouncer()) return undefined
  const line = hasApt() ? 'sudo apt-get install -y pgbouncer' : 'brew install pgbouncer'
  return `Tests through PgBouncer need it. Install it with: ${line}`
}
