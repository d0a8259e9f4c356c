// Programs that npm has not. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { root } from './prepare.mjs'

export const hasApt = () => existsSync('/usr/bin/apt-get')
const isRoot = () => process.getuid?.() === 0

/** Installs a Debian package where that is possible without asking anybody; says nothing of whether it worked. */
export function installPackage(name) {
  if (!isRoot() || !hasApt()) return
  const quietly = {
    cwd: root,
    stdio: 'ignore',
    timeout: 180_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  spawnSync('apt-get', ['update'], quietly)
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], quietly)
}
