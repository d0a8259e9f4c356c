// Programs that npm has not. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { root } from './prepare.mjs'

export const hasApt = () => existsSync('/usr/bin/apt-get')
/** Whether a package can be installed without asking anyone. */
export const canInstall = () => process.getuid?.() === 0 && hasApt()

/** Installs a Debian package where that is possible; says nothing of whether it worked. */
export function installPackage(name) {
  if (!canInstall()) return
  const quietly = {
    cwd: root,
    stdio: 'ignore',
    timeout: 180_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  spawnSync('apt-get', ['update'], quietly)
  // A configuration that is there stays as it is.
  const kept = ['-o', 'Dpkg::Options::=--force-confold']
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...kept, name], quietly)
}
