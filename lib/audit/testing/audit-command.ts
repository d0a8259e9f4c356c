import { type ChildProcess, execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs `npm run audit-log` as an operator does, in a process of its own. */
export function auditCommand(environment: Record<string, string>, args: readonly string[]) {
  const run = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--conditions=react-server', 'scripts/audit.ts', ...args],
    { env: { ...process.env, ...environment }, maxBuffer: 2 ** 22 },
  )
  return run.then(
    ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
    (error: ChildProcess & { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      output: error.stdout + error.stderr,
    }),
  )
}
