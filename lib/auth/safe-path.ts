/** Where someone goes who just signed in and asked for nothing else. */
export const HOME = '/connections'

/** The page that asks for a fresh sign-in. */
export const CONFIRM = '/confirm'

/** Whether a way back leads there: someone signs in to confirm who they are. */
export const isConfirming = (path: string | null): path is string => path?.split('?', 1)[0] === CONFIRM

const LIMIT = 1_000
// Any origin does; this one can be no one's (RFC 6761).
const BASE = 'http://own.invalid'

// What a path may be written with: no backslash, no control or white space, nothing outside ASCII, since parsers on the
// way read those as something else; `%2f`, `%5c` and encoded control characters for the same reason.
const PLAIN = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
const HIDDEN = /%(?:2f|5c|[01][0-9a-f]|7f)/i
// Places that are no page to come back to: signing in once more, signing out, answers for machines.
const NOT_A_PAGE = /^\/(?:api|audit\/export|sign-in|sign-out|_next)(?:\/|$)/i

/**
 * The path and query of `value` when it is a page of this application, else null: the guard against open redirects.
 * Every redirect passes a path from the browser through here, and appends only the result to its own origin.
 */
export function safePath(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LIMIT || !PLAIN.test(value) || !URL.canParse(value, BASE)) return null
  const { origin, pathname, search } = new URL(value, BASE)
  // The parser resolves dots, and `/.//host` becomes `//host`: what comes out is judged once more.
  const path = `${pathname}${search}`
  if (origin !== BASE || !PLAIN.test(path) || HIDDEN.test(pathname) || NOT_A_PAGE.test(pathname)) return null
  return path
}
