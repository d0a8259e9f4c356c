// What a log may hold of an error: its class, its code, and where it was made. Never its message, and nothing that hangs
// on it: those can carry what Airwallex or the database answered. JavaScript, so that what is loaded before any compiler
// can use it (scripts/json-output.mjs).

const SAFE_CODE = /^[A-Za-z0-9_.:-]{1,64}$/
/** A frame as V8 writes it, and nothing else: `    at name (place:line:column)`. */
const FRAME = /^ {4}at (?:[\w$.<>[\] #-]{1,120} \()?[^\s()][^()]{0,300}:\d+:\d+\)?$/
const MOST_FRAMES = 12

/**
 * @param {unknown} error
 * @returns {{ error: string, errorCode?: string, stack?: string[] }}
 */
export function errorFacts(error) {
  if (!(error instanceof Error)) return { error: typeof error }
  const { code } = /** @type {{ code?: unknown }} */ (error)
  const stack = framesOf(error)
  return {
    error: SAFE_CODE.test(error.name) ? error.name : 'Error',
    ...(typeof code === 'string' && SAFE_CODE.test(code) && { errorCode: code }),
    ...(stack.length > 0 && { stack }),
  }
}

/**
 * The lines of a stack that say where, without `at`. A message may hold lines that look the same, so it goes first.
 * @param {Error} error
 */
export function framesOf({ stack, message }) {
  if (typeof stack !== 'string') return []
  const from = message ? stack.indexOf(message) + message.length : 0
  const lines = stack.slice(Math.max(from, 0)).split('\n')
  return lines
    .filter((line) => FRAME.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => line.trim().slice(3))
}

// One set for the process: what is loaded first and what Next bundles are two copies of this module.
const shared = /** @type {{ partnerDashboardLoggedErrors?: WeakSet<object> }} */ (globalThis)

function loggedErrors() {
  shared.partnerDashboardLoggedErrors ??= new WeakSet()
  return shared.partnerDashboardLoggedErrors
}

/** Whether the log has this error already. @param {unknown} error */
export const isLogged = (error) => typeof error === 'object' && error !== null && loggedErrors().has(error)

/** The log has this error: whatever else prints it says nothing new. @param {unknown} error */
export function markLogged(error) {
  if (typeof error === 'object' && error !== null) loggedErrors().add(error)
}
