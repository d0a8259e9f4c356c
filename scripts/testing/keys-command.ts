import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export type Ended = { status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

/** `npm run keys -- …` in a process of its own, with what it printed once it has ended. */
export function startKeys(args: string[], environment: Record<string, string>): [ChildProcess, Promise<Ended>] {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=react-server', 'scripts/keys.ts', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    printed.stdout += text
  })
  child.stderr.on('data', (text) => {
    printed.stderr += text
  })
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, ...printed }))
  return [child, ended]
}
