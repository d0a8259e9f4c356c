// Whose a data folder of PostgreSQL is. Node's own modules only: the demo asks before anything is installed.
import { spawnSync } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const STARTER = 'scripts/embedded-postgres.mjs'
const PATIENCE_MS = 5_000

const onLinux = process.platform === 'linux'
const ps = (pid, column) => spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
const proc = (pid, file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')

const commandOf = async (pid) => (onLinux ? (await proc(pid, 'cmdline')).replaceAll('\0', ' ') : ps(pid, 'command'))
const parentOf = async (pid) =>
  Number(onLinux ? /^PPid:\s*(\d+)/m.exec(await proc(pid, 'status'))?.[1] : ps(pid, 'ppid')) || 0

const lockOf = (dir) => resolve(dir, 'postmaster.pid')

/** The server that runs on this folder. After a crash the file can name a process that is gone, or by now another one. */
async function serverOn(dir) {
  const pid = Number((await readFile(lockOf(dir), 'utf8').catch(() => '')).split('\n')[0])
  return pid && (await commandOf(pid)).includes(`postgres -D ${dir} `) ? pid : null
}

/** Whether someone uses the server on this folder; waits for one that is about to end. @param {string} dir */
export async function isInUse(dir) {
  for (let waited = 0; ; waited += 100) {
    const pid = await serverOn(dir)
    if (pid === null || !(await commandOf(await parentOf(pid))).includes(STARTER)) return false
    if (waited >= PATIENCE_MS) return true
    await setTimeout(100)
  }
}

/** Ends a server that outlived the one who started it, and removes the lock of one that is gone. @param {string} dir */
export async function removeStaleLock(dir) {
  if (await isInUse(dir)) throw new Error(`${dir} is in use by another process of this machine.`)
  const pid = await serverOn(dir)
  if (pid === null) return rm(lockOf(dir), { force: true })
  process.kill(pid, 'SIGINT') // a fast shutdown
  for (let tries = 0; tries < 100 && (await serverOn(dir)) !== null; tries++) await setTimeout(100)
}
