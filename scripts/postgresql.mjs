// A PostgreSQL with pg_dump and psql, which the embedded one has not, for the test that restores a dump. Node's own
// modules only.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canInstall, hasApt, installPackage } from './debian-package.mjs'

const PROGRAMS = ['initdb', 'postgres', 'pg_ctl', 'pg_dump', 'psql']
const OLDEST = 14
/** Folders of one version each: `15` at Debian, `postgresql@17` at Homebrew. */
const PLACES = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']

/** The folder of its programs, the newest version there is. @returns {string | undefined} */
export function installedPostgresql() {
  const own = process.env.POSTGRESQL_BIN
  if (own) return own
  const versions = PLACES.filter((place) => existsSync(place)).flatMap((place) =>
    readdirSync(place).flatMap((name) => {
      const version = Number(/^(?:postgresql@)?(\d+)$/.exec(name)?.[1] ?? 0)
      const folder = join(place, name, 'bin')
      return version >= OLDEST && PROGRAMS.every((program) => existsSync(join(folder, program)))
        ? [{ version, folder }]
        : []
    }),
  )
  return versions.sort((one, other) => other.version - one.version)[0]?.folder
}

/** Finds it or installs it. @returns {string | undefined} what is missing, and the line that mends it */
export function ensurePostgresql() {
  if (installedPostgresql()) return undefined
  process.stdout.write('Installing PostgreSQL …\n')
  installWithoutServer()
  if (installedPostgresql()) return undefined
  const line = hasApt() ? 'sudo apt-get install -y postgresql' : 'brew install postgresql@17'
  return `The test that restores a dump needs PostgreSQL with its programs. Install it with: ${line}`
}

const CLUSTERS = '/etc/postgresql-common/createcluster.conf'

/** Debian's package makes a database cluster and starts a server at once, unless this says otherwise. */
function installWithoutServer() {
  if (!canInstall()) return
  if (!existsSync(CLUSTERS)) {
    mkdirSync(dirname(CLUSTERS), { recursive: true })
    writeFileSync(CLUSTERS, 'create_main_cluster = false\n')
  }
  installPackage('postgresql')
}
