import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Delivered, deliver, waitOrGone } from '../faults/delivery'
import type { Fault, RequestFacts } from '../faults/fault'
import { outageFault } from '../faults/outage'
import type { RefreshTokenClass } from '../state/grants'
import type { JournalEntry } from '../state/journal'
import { fingerprint } from '../state/token-strings'
import { countArrival, countProcessed } from '../state/verdict'
import type { World } from '../state/world'
import { type Answer, oauthError, redirectAnswer } from './answer'
import { afterwards, faultAnswer, isAfter, rotates } from './fault-answer'

/** What a processed request did, for the journal. */
export type Processed = {
  answer: Answer
  outcome?: JournalEntry['outcome']
  grantId?: string
  accountId?: string
  issued?: { refreshToken: string; accessToken: string }
}

/** A request that was read and understood, but not yet processed. */
export type Handling = RequestFacts & {
  grantId?: string | null
  refreshTokenClass?: RefreshTokenClass | null
  refreshToken?: string | null
  code?: string | null
  process: (how: { rotate: boolean }) => Processed
}

/** Takes a request through faults, the rule against concurrent refreshes and the journal to its answer. */
export async function handle(world: World, request: IncomingMessage, response: ServerResponse, handling: Handling) {
  const { grantId = null } = handling
  const isRefresh = handling.grantType === 'refresh_token' && grantId !== null
  const overlaps = isRefresh ? (world.inFlight.get(grantId) ?? 0) : 0
  const entry = record(world, request, handling, overlaps)
  if (isRefresh) world.inFlight.set(grantId, overlaps + 1)
  try {
    entry.delivered = await exchange(world, response, handling, entry)
  } finally {
    entry.durationMs = world.clock.monotonic() - entry.monotonicMs
    if (isRefresh) leave(world, grantId)
  }
}

async function exchange(
  world: World,
  response: ServerResponse,
  handling: Handling,
  entry: JournalEntry,
): Promise<Delivered> {
  const outage = outageFault(world.outage, handling, world.clock.monotonic())
  const fault = outage ?? world.faults.take(handling)
  if (fault) entry.fault = outage ? `outage:${fault.kind}` : fault.kind
  const strikesBefore = fault !== null && !isAfter(fault)
  if (fault && strikesBefore) {
    const stillHere = fault.delayMs === undefined || (await delay(response, fault.delayMs, fault.evenIfGone))
    if (!stillHere) return false
    if (fault.kind !== 'delay_before') return answerUnprocessed(world, response, handling, entry, fault)
  }
  const latencyMs = handling.endpoint === 'token' ? world.options.tokenLatencyMs : world.options.apiLatencyMs
  if (latencyMs > 0) await sleep(latencyMs / 2)
  if (entry.overlaps > 0 && world.options.concurrent429) return refuseConcurrent(world, response, entry)

  const processed = handling.process({ rotate: !fault || rotates(fault) })
  note(world, entry, processed)
  const strikesAfter = strikesBefore ? null : fault
  const answer = strikesAfter ? afterwards(world, handling, processed.answer, strikesAfter) : processed.answer
  entry.status = answer.status
  entry.error = errorCode(answer)
  if (latencyMs > 0) await sleep(latencyMs / 2)
  const pauseMs = strikesAfter?.kind === 'slow_drip' ? undefined : strikesAfter?.delayMs
  if (pauseMs !== undefined && !(await waitOrGone(response, pauseMs))) return false
  return deliver(response, answer, strikesAfter)
}

function answerUnprocessed(
  world: World,
  response: ServerResponse,
  handling: Handling,
  entry: JournalEntry,
  fault: Fault,
): Promise<Delivered> {
  const answer =
    fault.kind === 'redirect'
      ? redirectAnswer(`${world.origin}/oauth/elsewhere`, fault.status ?? 307)
      : faultAnswer(world, handling, fault)
  if (fault.kind === 'status' || fault.kind === 'redirect') {
    entry.status = answer.status
    entry.error = errorCode(answer)
  }
  return deliver(response, answer, fault)
}

function refuseConcurrent(world: World, response: ServerResponse, entry: JournalEntry): Promise<Delivered> {
  const answer = oauthError(
    world.options.errorShape,
    429,
    'too_many_requests',
    'Concurrent token refresh is not allowed.',
  )
  entry.status = 429
  entry.error = 'too_many_requests'
  world.verdict.answered429 += 1
  return deliver(response, answer, null)
}

function record(world: World, request: IncomingMessage, handling: Handling, overlaps: number): JournalEntry {
  const entry = world.journal.add({
    at: world.clock.now(),
    monotonicMs: world.clock.monotonic(),
    endpoint: handling.endpoint,
    method: request.method ?? '',
    // The path only: a query of the authorize endpoint carries state and challenge.
    path: (request.url ?? '').split('?', 1)[0] ?? '',
    grantType: handling.grantType,
    accountId: handling.accountId,
    grantId: handling.grantId ?? null,
    refreshTokenClass: handling.refreshTokenClass ?? null,
    outcome: null,
    presentedToken: handling.refreshToken ? fingerprint(handling.refreshToken) : null,
    presentedCode: handling.code ? fingerprint(handling.code) : null,
    issuedRefreshToken: null,
    issuedAccessToken: null,
    fault: null,
    processed: false,
    status: null,
    error: null,
    delivered: null,
    durationMs: null,
    overlaps,
  })
  countArrival(world.verdict, entry)
  return entry
}

function note(world: World, entry: JournalEntry, processed: Processed): void {
  entry.processed = true
  entry.outcome = processed.outcome ?? null
  entry.grantId = processed.grantId ?? entry.grantId
  entry.accountId = processed.accountId ?? entry.accountId
  if (processed.issued) {
    entry.issuedRefreshToken = fingerprint(processed.issued.refreshToken)
    entry.issuedAccessToken = fingerprint(processed.issued.accessToken)
  }
  countProcessed(world.verdict, entry)
}

function leave(world: World, grantId: string): void {
  const left = (world.inFlight.get(grantId) ?? 1) - 1
  if (left > 0) world.inFlight.set(grantId, left)
  else world.inFlight.delete(grantId)
}

function errorCode({ json }: Answer): string | null {
  const code = json?.error ?? json?.code
  return typeof code === 'string' ? code : null
}

async function delay(response: ServerResponse, milliseconds: number, evenIfGone: boolean): Promise<boolean> {
  if (!evenIfGone) return waitOrGone(response, milliseconds)
  await sleep(milliseconds)
  return true
}
