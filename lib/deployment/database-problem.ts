/** What keeps a database from being used: a word for the log, a sentence for the person who starts us. */
export type DatabaseProblem = {
  readonly kind: 'login' | 'no_database' | 'schema' | 'rights' | 'tls' | 'unreachable' | 'not_ready' | 'unknown'
  /** Completes a sentence that begins with the variable's name. Holds nothing of its value. */
  readonly message: string
  /** Trying again is of no use before a person has changed something. */
  readonly isPermanent: boolean
}

export const MIGRATE = 'run npm run db:migrate'

const permanent = (kind: DatabaseProblem['kind'], message: string) => ({ kind, message, isPermanent: true })
const passing = (kind: DatabaseProblem['kind'], message: string) => ({ kind, message, isPermanent: false })

export const SCHEMA_PROBLEM = permanent('schema', `leads to a database whose schema is missing or behind: ${MIGRATE}`)
const UNREACHABLE = passing(
  'unreachable',
  'leads to a server that does not answer: check that it runs, and the host and port',
)

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html); the longest prefix counts. */
const BY_STATE: Readonly<Record<string, DatabaseProblem>> = {
  '28': permanent(
    'login',
    'is refused by the server: check its user and password, and that pg_hba.conf lets it in from here',
  ),
  '3D000': permanent('no_database', 'names a database that does not exist'),
  '3F000': SCHEMA_PROBLEM,
  '42': SCHEMA_PROBLEM,
  '42501': permanent(
    'rights',
    `names a role that lacks rights: ${MIGRATE}, and see docs/operations.md, "Database roles"`,
  ),
  '57P03': passing('not_ready', 'leads to a server that is starting or stopping'),
  '53300': passing('not_ready', 'leads to a server that has no connection to spare'),
  '57P': UNREACHABLE,
  '08': UNREACHABLE,
}

/** Of Prisma's adapter, which keeps no other code of these. */
const BY_KIND: Readonly<Record<string, DatabaseProblem>> = {
  TlsConnectionError: permanent('tls', "cannot be used over TLS: check its sslmode and the server's certificate"),
  DatabaseNotReachable: UNREACHABLE,
  ConnectionClosed: UNREACHABLE,
  SocketTimeout: UNREACHABLE,
}

const UNKNOWN = passing('unknown', 'leads to a database that cannot be used')

type Cause = { readonly kind?: string; readonly originalCode?: string }

/** What is wrong with the database, by an error of Prisma's or of pg's own. */
export function databaseProblem(error: unknown): DatabaseProblem {
  const { code, message, meta, cause } = error as {
    code?: string
    message?: string
    meta?: { driverAdapterError?: { cause?: Cause } }
    cause?: Cause
  }
  const driverCause = meta?.driverAdapterError?.cause ?? cause
  const state = driverCause?.originalCode ?? code ?? ''
  const prefix = Object.keys(BY_STATE).filter((start) => isState(state) && state.startsWith(start))
  const found = BY_STATE[prefix.sort((a, b) => b.length - a.length)[0] ?? ''] ?? BY_KIND[driverCause?.kind ?? '']
  if (found) return found
  // pg has no code for these; the texts are its own (pg-pool 3, pg 8) and hold no values.
  if (NETWORK.test(code ?? '') || /^(Connection terminated|timeout e)/i.test(message ?? '')) return UNREACHABLE
  if (/SSL|TLS|CERT/.test(`${code} ${message}`)) return BY_KIND.TlsConnectionError ?? UNKNOWN
  return UNKNOWN
}

const NETWORK = /^(ECONN|EHOST|ENET|EAI_|ENOTFOUND|ETIMEDOUT|EPIPE)/
const isState = (code: string) => /^[0-9A-Z]{5}$/.test(code)
