import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const SENTINEL = 'sentinel-of-a-message'

/** What a process prints that loads scripts/json-output.mjs first. */
function run(program: string, environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', './scripts/json-output.mjs', '--input-type=module', '-e', program],
    { encoding: 'utf8', env: { ...process.env, LOG_LEVEL: 'debug', ...environment } },
  )
  expect(stdout + stderr).not.toContain(SENTINEL)
  return {
    status,
    stderr,
    lines: stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  }
}

describe('the output of web and worker', () => {
  it('is one line of JSON for whatever is printed, saying where and not what', () => {
    const { status, stderr, lines } = run(`
      console.log('${SENTINEL}\\n${SENTINEL}')
      console.warn('%s', '${SENTINEL}')
      process.stdout.write('${SENTINEL}\\n')
      process.stderr.write('${SENTINEL}\\n', () => console.table(['${SENTINEL}']))`)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(lines.map(({ level }) => level)).toEqual([20, 40, 20, 40, 20])
    for (const { msg, time, stack } of lines) {
      expect(msg).toBe('Something was printed')
      expect(new Date(time).toISOString()).toBe(time)
      expect(stack[0]).toMatch(/:\d+:\d+/)
    }
  })

  it('tells an error once, however often it is printed, and not at all where the log has it', () => {
    const { lines } = run(`
      const { markLogged } = await import('./lib/error-facts.mjs')
      const [one, other] = [new TypeError('${SENTINEL}'), new RangeError('${SENTINEL}')]
      other.code = 'E_RANGE'
      console.error('⨯', one)
      console.error(one)
      console.error(other)
      markLogged(one)
      console.error(one)`)
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, msg: 'A failure was reported', error: 'RangeError', errorCode: 'E_RANGE' }),
    ])
    expect(lines[0].stack.length).toBeGreaterThan(0)
  })

  it('has a line for what ends the process, and for a failure that was printed right before', () => {
    const thrown = run(`queueMicrotask(() => { throw new TypeError('${SENTINEL}') })`)
    expect(thrown).toMatchObject({
      status: 1,
      stderr: '',
      lines: [{ msg: 'An exception was not caught', error: 'TypeError' }],
    })
    const rejected = run(`Promise.reject(new TypeError('${SENTINEL}'))`)
    expect(rejected).toMatchObject({ status: 1, stderr: '', lines: [{ error: 'TypeError' }] })
    const ended = run(`console.error(new TypeError('${SENTINEL}')); process.exit(3)`)
    expect(ended).toMatchObject({ status: 3, stderr: '', lines: [{ msg: 'A failure was reported' }] })
  })

  it('has a line for a warning of Node.js', () => {
    const { stderr, lines } = run(`process.emitWarning('${SENTINEL}\\n${SENTINEL}', { code: 'DEP0999' })`)
    expect(stderr).toBe('')
    expect(lines).toEqual([expect.objectContaining({ level: 40, msg: 'Node.js warns', errorCode: 'DEP0999' })])
  })

  it('keeps to the level of the log', () => {
    const program = `console.log('${SENTINEL}'); console.error(new Error('${SENTINEL}'))`
    expect(run(program, { LOG_LEVEL: '' }).lines.map(({ level }) => level)).toEqual([50])
    expect(run(program, { LOG_LEVEL: 'silent' }).lines).toEqual([])
  })
})

describe('npm start', () => {
  const start = (environment: Record<string, string>, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', './scripts/json-output.mjs', 'scripts/web.mjs', ...args],
      { encoding: 'utf8', env: { ...process.env, ...environment } },
    )
    return {
      status,
      stderr,
      lines: stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    }
  }

  it.each([
    [{ PORT: 'abc' }, [], 'PORT must be a number from 0 to 65535'],
    [{ PORT: '65536' }, [], 'PORT must be a number from 0 to 65535'],
    [{ PORT: '' }, ['--port', '3000x'], 'PORT must be a number from 0 to 65535'],
    [{ PORT: '' }, ['--turbo'], 'npm start takes --port and --hostname, and nothing else'],
  ])('says in one sentence what it does not take (%#)', (environment, args, sentence) => {
    expect(start(environment, ...args)).toMatchObject({ status: 1, stderr: '', lines: [{ problems: [sentence] }] })
  })
})
