import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const program = (first: string) => `
  const { surviveUnhandledRejections } = await import('./worker/unhandled-rejection.ts')
  ${first}
  Promise.reject(new TypeError('gone'))
  setTimeout(() => console.log('alive'), 20)`

const run = (first: string) =>
  spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=react-server', '--input-type=module', '-e', program(first)],
    { encoding: 'utf8' },
  )

describe('a rejected promise that no one waits for', () => {
  it('ends a process of Node, but is told and survived by a worker', () => {
    expect(run('').status).toBe(1)
    const { status, stdout } = run('surviveUnhandledRejections()')
    expect(status).toBe(0)
    expect(stdout).toContain('"error":"TypeError"')
    expect(stdout).toContain('alive')
  })
})
