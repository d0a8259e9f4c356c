// One process of the stack: its lines, its readiness, its end.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { root } from './prepare.mjs'

/**
 * @typedef {{ folder?: string, log: (part: string, line: string) => void }} Place where data is kept and lines go
 */

// Two cores that have much else to do, and Next's first compilation in development.
const START_LIMIT_MS = 180_000

/** What a part says of itself when it is ready: a line of JSON. @param {string} line */
export const readiness = (line) => line.startsWith('{"ready":true') && JSON.parse(line)

/**
 * Starts Node with these arguments as a part of the stack.
 * @param {Place} place
 * @param {string} name
 * @param {string[]} args
 * @param {Record<string, string>} environment over this process's own
 * @param {{ quiet?: boolean }} [options] a quiet part's lines are shown only when it fails
 */
export function startPart(place, name, args, environment, { quiet = false } = {}) {
  // Next decides itself whether it is in production; someone else's NODE_ENV would only mislead it.
  const { NODE_ENV: _, ...own } = process.env
  const child = spawn(process.execPath, ['--import', './scripts/tether.mjs', ...args], {
    cwd: root,
    env: { ...own, ...environment, PART_IS_TETHERED: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const listeners = new Set()
  const recent = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      for (const listener of listeners) listener(line)
      if (readiness(line)) return
      recent.push(line)
      if (recent.length > 20) recent.shift()
      if (!quiet) place.log(name, line)
    })
  }
  const ended = new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
  const failed = ended.then((code) => {
    if (quiet && code !== 0) for (const line of recent) place.log(name, line)
    throw new Error(`${name} ended with code ${code} before it was ready.`)
  })
  failed.catch(() => {})

  return {
    name,
    ended,
    pid: child.pid,
    /** The first line that `pick` makes something of. */
    said: (pick) =>
      Promise.race([
        failed,
        new Promise((resolve) => {
          const listener = (line) => {
            const picked = pick(line)
            if (!picked) return
            listeners.delete(listener)
            resolve(picked)
          }
          listeners.add(listener)
        }),
      ]),
    /** Until an address answers with success, be it by leading on: behind a TLS front that is all it does. */
    answers: async (address) => {
      let over = false
      ended.then(() => {
        over = true
      })
      const deadline = performance.now() + START_LIMIT_MS
      while (performance.now() < deadline) {
        if (over) await failed
        const response = await fetch(address, { redirect: 'manual' }).catch(() => null)
        if (response && response.status < 400) return
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
      throw new Error(`${name} did not answer at ${address} within ${START_LIMIT_MS / 1000} s.`)
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(hard)
    },
  }
}
