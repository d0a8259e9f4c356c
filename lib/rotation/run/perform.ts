import type { Rules } from '@/lib/rotation/attempt/state'
import type { Command, CommitDraft, Event, Observation, PrepareResult } from '@/lib/rotation/commands'
import { mayStillWrite } from '@/lib/rotation/guard'
import type {
  Clock,
  OpenResult,
  PreparedTokenRequest,
  Random,
  RotationStore,
  SealBinding,
  Sealer,
  TokenAnswer,
  TokenEndpoint,
  Vault,
} from '@/lib/rotation/ports'
import type { Lineage, LineageDraft } from '@/lib/rotation/row/lineage'
import type { CommitArgs } from '@/lib/rotation/row/statements'

export type RotationDeps = {
  readonly store: RotationStore
  readonly tokenEndpoint: TokenEndpoint
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly rules: Rules
  /** Logs, metrics, alarms. Called beside the work, never between an answer and its commit. */
  readonly observe: (observation: Observation) => void
}

/** What one flow holds that is not data: its prepared connection and its sealing key. */
export type Session = { request: PreparedTokenRequest | null; sealer: Sealer | null }

/** What a command led to; the driver adds the moment. */
export type Outcome = Event extends infer E ? (E extends Event ? Omit<E, 'now'> : never) : never

/** The commands that need nothing but the ports. */
export type PortCommand = Exclude<Command, { kind: 'pursue' | 'done' }>

/** Runs one command. Never rejects: what a port throws is an outcome that the protocol knows. */
export async function perform(deps: RotationDeps, session: Session, command: PortCommand): Promise<Outcome> {
  const { store, clock, vault } = deps
  switch (command.kind) {
    case 'read':
      return { kind: 'read', result: await orUnknown(() => store.read(command.key, command.on)) }
    case 'claim':
      return stored(() => store.claim(command.args))
    case 'mark':
      return stored(() => store.mark(command.args))
    case 'mark_late_probe':
      return stored(() => store.markLateProbe(command.args))
    case 'force':
      return stored(() => store.force(command.args))
    case 'undo':
      closeRequest(session)
      return stored(() => store.undo(command.args, command.on))
    case 'release':
      closeRequest(session)
      return stored(() => store.release(command.args))
    case 'commit':
      return stored(async () => store.commit(await sealed(deps, session, command.draft), command.on))
    case 'reject':
      return stored(() => store.reject(fingerprinted(vault, command.args), command.on))
    case 'terminal':
      return stored(() => store.terminal(fingerprinted(vault, command.args), command.on))
    case 'set_aside':
      closeRequest(session)
      return stored(() => store.setAside(command.args))
    case 'take_slot':
      return { kind: 'breaker', result: await orUnknown(() => store.takeSlot(command)) }
    case 'claim_canary':
      return { kind: 'breaker', result: await orUnknown(() => store.claimCanary(command)) }
    case 'report':
      return noted(() => store.report(command.report))
    case 'record':
      return noted(() => store.record(command.key, fingerprinted(vault, command).lineage))
    case 'wait':
      await clock.sleep(command.ms)
      return { kind: 'waited' }
    case 'prepare':
      return { kind: 'prepared', result: await prepare(deps, session, command) }
    case 'send':
      return { kind: 'answered', answer: await send(deps, session, command) }
    case 'canary':
      return { kind: 'canary_answered', answer: await canary(deps, command.attemptMs) }
    case 'open':
      return { kind: 'opened', result: await open(vault, command.sealed, command.binding) }
  }
}

export function closeRequest(session: Session): void {
  session.request?.close()
  session.request = null
}

async function prepare(
  deps: RotationDeps,
  session: Session,
  command: Extract<Command, { kind: 'prepare' }>,
): Promise<PrepareResult> {
  closeRequest(session)
  if (command.sealedRefreshToken === null) return { kind: 'unreadable' }
  const opened = await open(deps.vault, command.sealedRefreshToken, command.binding)
  if (opened.kind !== 'opened') return opened
  session.sealer = await deps.vault.sealer().catch(() => null)
  if (!session.sealer) return { kind: 'key_missing' }
  session.request = await connect(deps)
  return session.request ? { kind: 'prepared', refreshToken: opened.token } : { kind: 'connect_failed' }
}

/** A vault that throws has said nothing about the value, so the connection is not blamed. */
function open(vault: Vault, sealed: string, binding: SealBinding): Promise<OpenResult> {
  return vault.open(sealed, binding).catch((): OpenResult => ({ kind: 'key_missing' }))
}

/** A connection that comes later than 3 s comes too late for the lease: it is closed unused. */
async function connect({ tokenEndpoint, clock, rules }: RotationDeps): Promise<PreparedTokenRequest | null> {
  const connecting = Promise.resolve()
    .then(() => tokenEndpoint.connect())
    .catch(() => null)
  const request = await within(clock, rules.figures.connectMs, connecting)
  if (request === 'late') void connecting.then((late) => late?.close())
  return request === 'late' ? null : request
}

async function send(
  { clock, rules }: RotationDeps,
  session: Session,
  command: Extract<Command, { kind: 'send' }>,
): Promise<TokenAnswer> {
  const { refreshToken, markIssued, attemptMs } = command
  const { request } = session
  if (!request) return { kind: 'not_sent' }
  const mayWrite = () => {
    return mayStillWrite(markIssued, { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }, rules.figures)
  }
  return answerWithin({ clock, rules }, attemptMs, () => {
    return request.refresh({ refreshToken, mayWrite, attemptMs })
  }).finally(() => closeRequest(session))
}

async function canary(deps: RotationDeps, attemptMs: number): Promise<TokenAnswer> {
  const request = await connect(deps)
  if (!request) return { kind: 'no_answer', detail: 'no connection' }
  return answerWithin(deps, attemptMs, () => request.canary({ attemptMs })).finally(() => request.close())
}

/**
 * The transport keeps its own time limit; this one only makes sure that no flow hangs on it. After a pause of the process
 * both limits are over before the socket is read, so the transport gets another second to hand over what waits in it.
 */
async function answerWithin(
  { clock, rules }: Pick<RotationDeps, 'clock' | 'rules'>,
  attemptMs: number,
  ask: () => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  const { guardMs: graceMs } = rules.figures
  const ms = attemptMs + graceMs
  const asking = Promise.resolve()
    .then(ask)
    .catch((cause: unknown): TokenAnswer => ({ kind: 'no_answer', detail: String(cause) }))
  let answer = await within(clock, ms, asking)
  if (answer === 'late') answer = await within(clock, graceMs, asking)
  return answer === 'late' ? { kind: 'no_answer', detail: 'no answer in time' } : answer
}

/** Seals the pair for the generation it becomes. */
async function sealed({ vault }: RotationDeps, session: Session, draft: CommitDraft): Promise<CommitArgs> {
  const { tokens, lineage, ...args } = draft
  const sealer = session.sealer ?? (await vault.sealer())
  const { workspaceId, connectionId, grantNo } = args
  const binding = { workspaceId, connectionId, grantNo, generation: args.generation + 1 }
  const { accessToken, refreshToken } = tokens
  const [sealedAccessToken, sealedRefreshToken] = await Promise.all([
    accessToken === null ? null : sealer.seal(accessToken, { ...binding, field: 'access_token' }),
    sealer.seal(refreshToken, { ...binding, field: 'refresh_token' }),
  ])
  return { ...args, sealedAccessToken, sealedRefreshToken, ...fingerprinted(vault, { lineage }) }
}

function fingerprinted<Args extends { lineage: LineageDraft }>(
  vault: Vault,
  args: Args,
): Omit<Args, 'lineage'> & { lineage: Lineage } {
  const { presented, issued, ...lineage } = args.lineage
  const fingerprint = (token: string | null) => (token === null ? null : vault.fingerprint(token))
  return {
    ...args,
    lineage: { ...lineage, presentedFingerprint: fingerprint(presented), issuedFingerprint: fingerprint(issued) },
  }
}

async function stored<Result>(run: () => Promise<Result>) {
  return { kind: 'stored', result: await orUnknown(run) } as const
}

async function noted(run: () => Promise<void>) {
  await orUnknown(run)
  return { kind: 'noted' } as const
}

async function orUnknown<Result>(run: () => Promise<Result>) {
  try {
    return await run()
  } catch (cause) {
    return { kind: 'unknown', cause } as const
  }
}

/** The result, or 'late'. The timer goes with whichever comes first. */
export async function within<Result>(clock: Clock, ms: number, work: Promise<Result>): Promise<Result | 'late'> {
  const timer = clock.timer(ms)
  try {
    return await Promise.race([work, timer.over.then(() => 'late' as const)])
  } finally {
    timer.cancel()
  }
}
