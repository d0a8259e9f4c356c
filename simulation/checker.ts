import type { Entry, EntryOf } from './journal'

export type Violation = {
  readonly rule: Rule
  readonly at: number
  readonly connection: string
  readonly detail: string
}

/** What must never be seen, in the model and in real processes alike. */
export type Rule =
  /** A second refresh request of a connection while one is in flight. */
  | 'concurrent_send'
  /** A refresh token whose successor is known, or one whose grace is over, outside a late probe. */
  | 'superseded_send'
  | 'late_send'
  /** Something else than the newest stored refresh token. */
  | 'outdated_send'
  | 'send_storm'
  | 'rotation_storm'
  /** A pair was stored that Airwallex no longer takes, out of order, or for a grant that is over. */
  | 'stale_commit'
  /** An answer was dropped though no one had sent after it. */
  | 'answer_refused'
  | 'token_while_frozen'
  | 'token_after_disconnect'
  | 'token_of_old_grant'
  | 'expired_token'
  /** The row says that its grant is over, and Airwallex has not ended it. */
  | 'lost'
  /** The row is active, and what it stores no longer rotates. */
  | 'lost_silently'
  | 'unfinished'
  | 'tokens_at_rest'
  | 'ended_twice'
  /** Airwallex ended the grant, was asked, and the row still counts as active. */
  | 'end_unnoticed'
  /** The recovery deadline of a single fault, or of an outage, passed. */
  | 'too_slow'
  /** An outage made more connections ambiguous than the breaker allows. */
  | 'outage_spread'

export type CheckerOptions = {
  /** How old a reading may be when a token is handed out from it: one statement and the guard. */
  readonly staleReadMs?: number
  /** Sends of a connection within one second, rotations within one minute. */
  readonly sendsPerSecond?: number
  readonly rotationsPerMinute?: number
}

const defaults = { staleReadMs: 3_000, sendsPerSecond: 3, rotationsPerMinute: 12 }

/** Reads a journal in the order in which it happened; each connection is judged for itself. */
export function check(entries: readonly Entry[], options: CheckerOptions = {}): Violation[] {
  const limits = { ...defaults, ...options }
  const violations: Violation[] = []
  const histories = new Map<string, History>()
  for (const entry of entries) {
    const history = histories.get(entry.connection) ?? newHistory()
    histories.set(entry.connection, history)
    const report = (rule: Rule, detail = '') => {
      violations.push({ rule, at: entry.at, connection: entry.connection, detail })
    }
    judge(entry, history, limits, report)
  }
  return violations
}

type Report = (rule: Rule, detail?: string) => void

/** What lies behind a connection. */
type History = {
  frozenAt: number | null
  disconnectedAt: number | null
  /** When a grant was last replaced or ended here. */
  turnedAt: number
  grantNo: number
  generation: number
  endedAtAirwallex: boolean
  ends: number
  sends: number[]
  commits: number[]
}

function newHistory(): History {
  return {
    frozenAt: null,
    disconnectedAt: null,
    turnedAt: Number.NEGATIVE_INFINITY,
    grantNo: 0,
    generation: 0,
    endedAtAirwallex: false,
    ends: 0,
    sends: [],
    commits: [],
  }
}

function judge(entry: Entry, history: History, limits: typeof defaults, report: Report): void {
  switch (entry.kind) {
    case 'send':
      judgeSend(entry, history, limits, report)
      return
    case 'token':
      judgeToken(entry, history, limits, report)
      return
    case 'commit':
      judgeCommit(entry, history, limits, report)
      return
    case 'dropped':
      if (!entry.newerSend) report('answer_refused')
      return
    case 'rest':
      judgeRest(entry, history, report)
      return
    case 'frozen':
      history.frozenAt = entry.at
      return
    case 'lifted':
      history.frozenAt = null
      return
    case 'disconnected':
      Object.assign(history, { disconnectedAt: entry.at, turnedAt: entry.at })
      return
    case 'reauthorized':
      Object.assign(history, { disconnectedAt: null, turnedAt: entry.at, endedAtAirwallex: false, ends: 0 })
      history.grantNo = entry.grantNo
      return
    case 'ended':
      history.turnedAt = entry.at
      history.ends += 1
      if (history.ends > 1) report('ended_twice', entry.reason)
      return
    case 'ended_at_airwallex':
      history.endedAtAirwallex = true
  }
}

function judgeSend(entry: EntryOf<'send'>, history: History, limits: typeof defaults, report: Report): void {
  const { at, tokenClass, overlaps, lateProbe, newestStored } = entry
  if (overlaps > 0) report('concurrent_send', `${overlaps} in flight`)
  if (!lateProbe && tokenClass === 'older') report('superseded_send')
  if (!lateProbe && tokenClass === 'previous_after_grace') report('late_send')
  // What was written in the second before a disconnect committed is on its way.
  if (newestStored === false && at - history.turnedAt > limits.staleReadMs) report('outdated_send')
  if (tooMany(history.sends, at, 1_000, limits.sendsPerSecond)) report('send_storm')
}

function judgeToken(entry: EntryOf<'token'>, history: History, limits: typeof defaults, report: Report): void {
  const { at, grantNo, generation, live } = entry
  const isOld = (since: number | null) => since !== null && at - since > limits.staleReadMs
  const detail = `generation ${generation} of grant ${grantNo}`
  if (isOld(history.frozenAt)) report('token_while_frozen', detail)
  if (isOld(history.disconnectedAt)) report('token_after_disconnect', detail)
  if (grantNo < history.grantNo && isOld(history.turnedAt)) report('token_of_old_grant', detail)
  if (live === false) report('expired_token', detail)
}

function judgeCommit(entry: EntryOf<'commit'>, history: History, limits: typeof defaults, report: Report): void {
  const { at, grantNo, generation, live } = entry
  if (live === false && !history.endedAtAirwallex) report('stale_commit', 'Airwallex no longer takes it')
  if (grantNo < history.grantNo || generation <= history.generation) report('stale_commit', 'out of order')
  if (history.disconnectedAt !== null) report('stale_commit', 'after the disconnect')
  history.grantNo = grantNo
  history.generation = generation
  if (tooMany(history.commits, at, 60_000, limits.rotationsPerMinute)) report('rotation_storm')
}

function judgeRest(entry: EntryOf<'rest'>, history: History, report: Report): void {
  const { status, storedIsLive, interrupted, tokensAtRest } = entry
  if (status === 'disconnected' && tokensAtRest > 0) report('tokens_at_rest')
  if (status === 'reauthorization_required' && !history.endedAtAirwallex) report('lost')
  if (status !== 'active') return
  if (interrupted) report('unfinished')
  if (history.endedAtAirwallex) report('end_unnoticed')
  else if (!storedIsLive) report('lost_silently')
}

/** Whether `at` is one too many in its period; keeps the instants that still count. */
function tooMany(instants: number[], at: number, periodMs: number, limit: number): boolean {
  instants.push(at)
  while (instants[0] !== undefined && instants[0] <= at - periodMs) instants.shift()
  return instants.length > limit
}
