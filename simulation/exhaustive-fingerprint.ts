import type { AttemptState } from '@/lib/rotation/attempt/state'
import { planAttempt } from '@/lib/rotation/row/plan'
import type { CredentialRow } from '@/lib/rotation/row/row'
import type { Outcome } from '@/lib/rotation/run/perform'
import { figures, type Process, type Request, type World } from './exhaustive-world'

/**
 * The same for two states that no later step can tell apart: what matters of an instant is how far it lies from now, and
 * up to which length; of a generation or a token, how far it stands behind the row's; of fences, which are the same and
 * which are newer; and not which process is which.
 */
export function fingerprintOf(world: World): string {
  const { row, grant, processes, requests, left, dueSince } = world
  const view = viewOf(world)
  const sides = [processOf(view, processes[0], requests, 0), processOf(view, processes[1], requests, 1)]
  let tokens = ''
  // Of older ones it is known what a send of theirs would be: a violation, whenever it came.
  for (const { serial, parent, supersededAt, successorPresented, replaced } of grant.tokens) {
    if (serial < view.stored && !requests.some((one) => one.serial === serial)) continue
    const superseded = ageOf(view, supersededAt, figures.graceMs)
    tokens += `${serial - view.stored}^${(parent ?? 0) - view.stored},${superseded},${successorPresented},${replaced};`
  }
  return [
    row.generation,
    row.status,
    aheadOf(view, row.leaseUntil),
    aheadOf(view, row.nextAttemptAt),
    ageOf(view, row.firstSentAt, figures.windowMs + 1),
    fenceOf(view, row.sentFence),
    Math.min(row.sendCount, 2),
    Math.min(row.lateProbes, 1),
    row.lateProbes > 0 ? ageOf(view, row.ambiguousSince, LONGEST_PAUSED_MS) : null,
    Math.min(row.attempts, 3),
    grant.lastSerial - view.stored,
    grant.endedBy,
    tokens,
    ...sides.sort(),
    left.crash,
    left.freeze,
    left.lostAnswer,
    ageOf(view, dueSince, figures.tickMs),
  ].join('|')
}

/** A pause past the window is as long as the window has been over, up to a most. */
const LONGEST_PAUSED_MS = figures.windowMs + figures.probePauseMaxMs

/** From where a state is looked at. */
type View = {
  readonly now: number
  readonly stored: number
  readonly generation: number
  /** Every fence that someone still holds, the newest first. */
  readonly fences: readonly number[]
}

function viewOf({ now, row, processes }: World): View {
  const fences = new Set<number | null>([row.fence, row.sentFence, row.commitFence])
  for (const { flow, outcome } of processes) {
    if (flow && 'claimed' in flow) fences.add(flow.claimed.key.fence).add(flow.claimed.row.sentFence)
    const heard = outcome && rowIn(outcome)
    if (heard) fences.add(heard.fence).add(heard.sentFence).add(heard.commitFence)
  }
  fences.delete(null)
  const newestFirst = ([...fences] as number[]).sort((a, b) => b - a)
  return { now, stored: Number(row.sealedRefreshToken), generation: row.generation, fences: newestFirst }
}

function processOf(view: View, process: Process, requests: readonly Request[], by: number): string {
  const { alive, frozen, flow, command, since, outcome } = process
  const request = requests.find((one) => one.by === by)
  let text = `${alive}${frozen}`
  if (flow) text += flowOf(view, flow)
  if (command?.kind === 'wait') text += `/${rounded(command.ms)},${ageOf(view, since, command.ms)}`
  if (command?.kind === 'send') text += `/${ageOf(view, command.markIssued.monotonicMs, 1)}`
  if (outcome) text += `/${outcomeOf(view, outcome)}`
  if (!request) return text
  const answer = typeof request.answer === 'number' ? request.answer - view.stored : request.answer
  return `${text}/${request.serial - view.stored},${ageOf(view, request.since, figures.attemptMs)},${answer}`
}

function flowOf(view: View, flow: AttemptState): string {
  let text = `${flow.step},${aheadOf(view, flow.deadlineMs)},${behind(view, flow.target?.generation)}`
  if ('claimed' in flow) {
    const { purpose, row } = flow.claimed
    text += `,${purpose.kind},${claimedOf(view, row)}`
    if (purpose.kind === 'late_probe') text += `,${ageOf(view, row.firstSentAt, figures.windowMs + 1)}`
  }
  if ('markIssued' in flow) text += `,${ageOf(view, flow.markIssued.monotonicMs, 1)}`
  if ('sent' in flow && flow.sent) text += `,${Number(flow.sent.refreshToken) - view.stored}`
  if ('statement' in flow) {
    text += `,${flow.statement.kind}`
    if (flow.statement.kind === 'commit') text += Number(flow.statement.draft.tokens.refreshToken) - view.stored
  }
  if ('after' in flow) text += `,${flow.after.again},${flow.after.result.kind}`
  return 'afterRefusedClaim' in flow ? `${text},${flow.afterRefusedClaim}` : text
}

/** What a frozen process has not heard yet: as much of it as it will act on. */
function outcomeOf(view: View, outcome: Outcome): string {
  const row = rowIn(outcome)
  if (!row) return outcome.kind === 'stored' ? outcome.result.kind : outcome.kind
  if (outcome.kind !== 'read' || outcome.result.kind !== 'found') return claimedOf(view, row)
  const plan = planAttempt(outcome.result.reading, { cause: 'requested', lateProbe: true }, figures)
  return `${JSON.stringify(plan)}${fenceOf(view, row.commitFence)},${claimedOf(view, row)}`
}

/** What an attempt keeps of the row that it claimed. */
function claimedOf(view: View, row: CredentialRow): string {
  const { fence, sentFence, generation, status, sealedRefreshToken, attempts, sendCount } = row
  const fences = `${fenceOf(view, fence)}.${fenceOf(view, sentFence)}`
  const token = Number(sealedRefreshToken) - view.stored
  return `${fences}.${behind(view, generation)}.${status}.${token}.${Math.min(attempts, 3)}.${Math.min(sendCount, 2)}`
}

function rowIn(outcome: Outcome): CredentialRow | null {
  if (outcome.kind === 'stored') return outcome.result.kind === 'applied' ? outcome.result.row : null
  return outcome.kind === 'read' && outcome.result.kind === 'found' ? outcome.result.reading.row : null
}

function ageOf({ now }: View, at: number | null, cap: number): number | null {
  return at === null ? null : Math.min(cap, rounded(now - at))
}

function aheadOf({ now }: View, at: number | null): number {
  return at === null || at <= now ? 0 : rounded(at - now)
}

function fenceOf({ fences }: View, fence: number | null): number | null {
  return fence === null ? null : fences.indexOf(fence)
}

function behind(view: View, generation: number | undefined): number | null {
  return generation === undefined ? null : Math.max(-1, generation - view.generation)
}

function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3
}
