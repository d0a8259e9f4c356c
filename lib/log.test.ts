import { readdirSync, readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createLog, type LogFields } from './log'

const SENTINEL = 'sbxtok_SENTINEL_3f1c9a7e'

function capture(level = 'trace') {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, log: createLog(level, stream) }
}

/** Everything an OAuth library may hang on an error. */
function loadedError() {
  const cause = Object.assign(new Error(`refresh_token=${SENTINEL}`), {
    body: { refresh_token: SENTINEL },
    code: SENTINEL.repeat(9),
  })
  return Object.assign(new TypeError(`failed with ${SENTINEL}`, { cause }), {
    code: 'OAUTH_INVALID_RESPONSE',
    response: { SENTINEL },
  })
}

describe('log', () => {
  it('writes one line of JSON with time, level, message and the fields it knows', () => {
    const { lines, log } = capture()
    log.info('rotated', { connectionId: 'c1', generation: 3, outcome: 'refreshed' })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      msg: 'rotated',
      connectionId: 'c1',
      generation: 3,
      outcome: 'refreshed',
    })
  })

  it.each(['debug', 'info', 'warn', 'error'] as const)('drops what is not on the list at level %s', (level) => {
    const { lines, log } = capture()
    const fields = {
      accessToken: SENTINEL,
      authorization: `Bearer ${SENTINEL}`,
      body: { token: SENTINEL },
      headers: [SENTINEL],
      connectionId: { SENTINEL },
    }
    log[level]('sent', fields as unknown as LogFields)
    expect(Object.keys(JSON.parse(lines[0] ?? '')).sort()).toEqual(['level', 'msg', 'time'])
    expect(lines.join()).not.toContain(SENTINEL)
  })

  it('tells where an error was made, by frames alone, whatever its message looks like', () => {
    const { lines, log } = capture()
    const forged = `at ${SENTINEL} (/secret/${SENTINEL}:1:1)`
    const error = new TypeError(`first\n    ${forged}\n    ${forged}`)
    log.error('failed', { error })
    const late = new Error(`    ${forged}`)
    late.message = 'set later'
    late.stack = `${late.stack}\n    not a frame ${SENTINEL}\n    at ${SENTINEL}`
    log.error('failed', { error: late })
    const { stack } = JSON.parse(lines[0] ?? '')
    expect(stack[0]).toMatch(/log\.test\.ts:\d+:\d+/)
    expect(stack.length).toBeLessThanOrEqual(12)
    expect(lines[0]).not.toContain(SENTINEL)
    expect(lines[1]).not.toContain(`at ${SENTINEL}`)
  })

  it('reduces an error to its class and a code that looks like one', () => {
    const { lines, log } = capture()
    const error = loadedError()
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).toContain(SENTINEL)
    log.error('failed', { error })
    log.error('failed', { error: error.cause })
    log.error('failed', { error: SENTINEL })
    log.error('failed', { error: { message: SENTINEL } })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: 'TypeError', errorCode: 'OAUTH_INVALID_RESPONSE' })
    expect(lines.join()).not.toContain(SENTINEL)
  })

  it('keeps a value that pretends to be another line on its own', () => {
    const { lines, log } = capture()
    log.warn('odd', { reason: 'x\n{"level":60,"msg":"forged"}\r\u2028\u0000\u001b[31m' })
    expect(lines).toHaveLength(1)
    expect((lines[0] ?? '').trimEnd()).not.toMatch(/\p{Cc}/u)
  })

  it('cuts a long value', () => {
    const { lines, log } = capture()
    log.info('long', { route: 'x'.repeat(10_000) })
    expect((lines[0] ?? '').length).toBeLessThan(400)
  })

  it('is given messages that begin with a capital letter, everywhere', () => {
    const sources = ['app', 'lib', 'worker']
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
      )
      .concat('proxy.ts', 'instrumentation.ts')
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
      .map((file) => readFileSync(file, 'utf8'))
    const messages = sources.flatMap((source) =>
      [...source.matchAll(/\blog\.(?:debug|info|warn|error)\(\s*['"`](.*?)['"`]/gs)].map(([, message]) => message),
    )
    expect(messages.length).toBeGreaterThan(40)
    expect(messages.filter((message) => !/^[A-Z]/.test(message ?? ''))).toEqual([])
  })

  it('keeps quiet below its level', () => {
    const { lines, log } = capture('warn')
    log.info('nothing')
    log.debug('nothing')
    expect(lines).toEqual([])
  })
})
