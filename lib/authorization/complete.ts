import { digestState, readState } from '@/lib/airwallex/authorization'
import { currentOrigin } from '@/lib/audit/origin'
import { log } from '@/lib/log'
import type { Defer } from '@/lib/rotation/run/driver'
import { takesOrDrops } from '@/lib/security/rate-limit'
import { type SealBinding, storedSealedToken } from '@/lib/vault/seal'
import type { Secret } from '@/lib/vault/secret'
import { attemptCookieName } from './attempt-cookie'
import { type AuthorizationDeps, authorizationDeps } from './deps'
import { finishAuthorization } from './finish'
import { followUp } from './follow-up'
import { attribute, type Callback, judgeAnswer } from './judge-callback'
import type { UnattributedOutcome } from './outcomes'
import type { PendingAuthorization } from './pending-store'

export type CallbackRequest = Omit<Callback, 'partnerUser'> & {
  /** Read here, not by the caller: the database that it asks may be away, and that is an outcome as well. */
  readonly partnerUser: () => Promise<Callback['partnerUser']>
  /** Keeps what follows the answer alive: `after` in Next. */
  readonly defer: Defer
}

/** Where the browser goes, always by 303: the outcome itself is stored, or it is one without a row of the viewer's own. */
export type CallbackResult = {
  /** The attempt's cookie has served. */
  readonly spentCookie: string | null
} & (
  | { readonly kind: 'stored'; readonly pendingAuthorizationId: string }
  | { readonly kind: 'unattributed'; readonly outcome: UnattributedOutcome }
)

/**
 * The redirection endpoint (RFC 6749 §3.1.2): finds whose authorization this is, consumes its state once, and only then
 * exchanges the code. Never throws: whatever breaks must not leave a code standing in the address bar.
 */
export async function completeAuthorization(
  request: CallbackRequest,
  deps?: AuthorizationDeps,
): Promise<CallbackResult> {
  try {
    const { partnerUser, ...rest } = request
    return await complete({ ...rest, partnerUser: await partnerUser() }, deps ?? authorizationDeps())
  } catch (error) {
    log.error('A callback could not be completed', { error })
    return { kind: 'unattributed', outcome: 'exchange_failed', spentCookie: null }
  }
}

/** `APP_ORIGIN/connect/result/<pending id or outcome>`; nothing of the request is in it. */
export function resultUrl(result: CallbackResult, appOrigin: string): string {
  const last = result.kind === 'stored' ? result.pendingAuthorizationId : result.outcome
  return `${appOrigin}/connect/result/${last}`
}

type Identified = Callback & Pick<CallbackRequest, 'defer'>

async function complete(request: Identified, deps: AuthorizationDeps): Promise<CallbackResult> {
  const state = readState(request.parameters)
  const pending = state && (await deps.pendingAuthorizations.findByStateDigest(digestState(state)))
  if (!pending) return unattributed(request, deps, 'state_unknown_or_used')

  const attribution = attribute(request, pending, deps)
  if (attribution.kind === 'unattributed') return unattributed(request, deps, attribution.outcome, pending)
  const result = stored(pending, deps)
  try {
    if (attribution.kind === 'consume') await deps.pendingAuthorizations.consume(pending, attribution)
    if (attribution.kind === 'own') await answer(request, pending, deps)
  } catch (error) {
    // The row shows how far it got: "finishing", then that it was interrupted.
    log.error('An authorization was interrupted', { pendingAuthorizationId: pending.id, error })
  }
  return result
}

/** Consumes the state and, if it is ours to exchange, the code. Someone faster leaves us only the result to show. */
async function answer(request: Identified, pending: PendingAuthorization, deps: AuthorizationDeps): Promise<void> {
  const { id, workspaceId, environment } = pending
  const binding = { environment, workspaceId, pendingAuthorizationId: id, field: 'code_verifier' } as const
  const codeVerifier = await openVerifier(deps, binding, pending.sealedCodeVerifier)
  if (codeVerifier === null) {
    await deps.pendingAuthorizations.consume(pending, { outcome: 'exchange_failed', code: 'sealed_value_unreadable' })
    return
  }
  const judged = judgeAnswer(deps.config, request.parameters, pending, codeVerifier)
  if (judged.kind === 'consume') {
    await deps.pendingAuthorizations.consume(pending, judged)
    return
  }
  if (!(await deps.pendingAuthorizations.consume(pending, null))) return
  const finished = await finishAuthorization(pending, judged.response, deps)
  followUp(finished, pending.workspaceId, request.defer, deps)
}

/** Null: unreadable, or sealed with a key that this process does not have, which is logged as an error. */
async function openVerifier(
  { vault }: AuthorizationDeps,
  binding: SealBinding,
  sealed: string,
): Promise<Secret | null> {
  try {
    const opened = await vault.open(binding, storedSealedToken(sealed))
    return opened.kind === 'opened' ? opened.value : null
  } catch (error) {
    log.error('A code verifier could not be opened', { error })
    return null
  }
}

/** Writes no row that anyone could see, only what was refused. */
async function unattributed(
  { partnerUser, attemptCookies }: Callback,
  { pendingAuthorizations, appOrigin }: AuthorizationDeps,
  outcome: UnattributedOutcome,
  pending?: PendingAuthorization,
): Promise<CallbackResult> {
  // Only the browser that began says something about the workspace; anyone else's refusal belongs to none.
  const workspaceId = pending && outcome === 'signed_out' ? pending.workspaceId : null
  // Anyone can call back: beyond the limit the answer is the same, and nothing more is written.
  if (await takesOrDrops('callback.refused.address', currentOrigin()?.address ?? null)) {
    await pendingAuthorizations.noteRefused(outcome, { workspaceId, userId: partnerUser?.userId ?? null })
  }
  const name = pending ? attemptCookieName(appOrigin, pending.id) : null
  return { kind: 'unattributed', outcome, spentCookie: name !== null && attemptCookies.get(name) ? name : null }
}

function stored(pending: PendingAuthorization, { appOrigin }: AuthorizationDeps): CallbackResult {
  return {
    kind: 'stored',
    pendingAuthorizationId: pending.id,
    spentCookie: attemptCookieName(appOrigin, pending.id),
  }
}
