// Loaded first by web and worker: each line that they print is one line of JSON, no matter who prints it. The log writes past
// this (lib/log.ts); all else, such as Next's banner and its dumps of errors, is reduced to where it came from, and to the
// class and code of an error that the log does not have yet. Texts are dropped: they can carry whatever the database, the
// provider or a request said (docs/adr/0037-one-line-of-json.md).
import pino from 'pino'
import { errorFacts, framesOf, isLogged, markLogged } from '../lib/error-facts.mjs'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent']
const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(1))

/** LOG_LEVEL may come from a .env file, which is read after this. @param {'debug' | 'warn' | 'error'} level */
function write(level, message, fields) {
  const wanted = process.env.LOG_LEVEL?.trim() ?? ''
  log.level = LEVELS.includes(wanted) ? wanted : 'info'
  log[level](fields, message)
}

/** Ends a start that cannot go on, with a sentence whatever the log's level. @param {string} message @returns {never} */
export function endStart(message) {
  log.level = 'info'
  log.fatal({ problems: [message] }, 'The start failed')
  process.exit(1)
}

// An error that Next prints, it hands to onRequestError (instrumentation.ts) in the same turn, which knows the route.
/** @type {Set<Error>} */
const printed = new Set()
function tellPrinted() {
  for (const error of printed) {
    if (isLogged(error)) continue
    markLogged(error)
    write('error', 'A failure was reported', errorFacts(error))
  }
  printed.clear()
}
process.on('exit', tellPrinted)

const HERE = import.meta.url
/** Where the text that is dropped was printed. */
function place() {
  const stack = framesOf(new Error()).filter((frame) => !frame.includes(HERE))
  return { stack: stack.slice(0, 4) }
}

/** @param {'debug' | 'warn' | 'error'} level @param {unknown[]} args */
function take(level, args) {
  const errors = args.filter((arg) => arg instanceof Error)
  if (errors.length === 0) return write(level, 'Something was printed', place())
  if (printed.size === 0) setImmediate(tellPrinted)
  for (const error of errors) printed.add(error)
}

const CONSOLE = {
  debug: 'debug',
  log: 'debug',
  info: 'debug',
  dir: 'debug',
  table: 'debug',
  warn: 'warn',
  trace: 'warn',
  error: 'error',
  assert: 'error',
}
for (const [method, level] of Object.entries(CONSOLE)) {
  console[method] = (...args) => {
    if (method === 'assert' && args[0]) return
    take(level, args)
  }
}

// Whatever goes past the console, such as the usage text of a command line.
for (const [stream, level] of [
  [process.stdout, 'debug'],
  [process.stderr, 'warn'],
]) {
  stream.write = (_chunk, encoding, done) => {
    write(level, 'Something was printed', place())
    const callback = typeof encoding === 'function' ? encoding : done
    if (callback) process.nextTick(callback)
    return true
  }
}

process.removeAllListeners('warning')
process.on('warning', (warning) => write('warn', 'Node.js warns', errorFacts(warning)))

// Next survives what is not caught, by a listener of its own; without one this ends the process, as Node would.
process.on('uncaughtException', (error) => {
  if (!isLogged(error)) {
    markLogged(error)
    write('error', 'An exception was not caught', errorFacts(error))
  }
  if (process.listenerCount('uncaughtException') === 1) process.exit(1)
})
