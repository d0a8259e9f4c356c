/** What an authorization is started for. */
export type AuthorizationPurpose = 'connect' | 'reauthorize' | 'add_permissions'

export type ScopeChoice =
  | { readonly kind: 'chosen'; readonly scopes: readonly string[] }
  /** A scope was asked for that the application has not registered. */
  | { readonly kind: 'not_registered' }
  /** Nothing beyond what is granted was chosen. */
  | { readonly kind: 'nothing_added' }

/**
 * The scopes to ask Airwallex for, in the registered order and spelling: Airwallex refuses a request that names any
 * other, and accepts two spellings of each (`same` compares what they mean).
 *
 * A reauthorization asks for what was granted; Airwallex's consent replaces what a connection may do, so adding
 * permissions asks for the granted ones again together with the new.
 */
export function scopesToRequest(
  request: {
    readonly purpose: AuthorizationPurpose
    readonly registered: readonly string[]
    readonly granted: readonly string[]
    readonly chosen: readonly string[]
  },
  same: (scopes: readonly string[], scope: string) => boolean,
): ScopeChoice {
  const { purpose, registered, granted, chosen } = request
  if (purpose === 'connect') return { kind: 'chosen', scopes: registered }
  const kept = registered.filter((scope) => same(granted, scope))
  if (purpose === 'reauthorize') return { kind: 'chosen', scopes: kept.length > 0 ? kept : registered }
  if (chosen.some((scope) => !same(registered, scope))) return { kind: 'not_registered' }
  const scopes = registered.filter((scope) => same(granted, scope) || same(chosen, scope))
  return scopes.length > kept.length ? { kind: 'chosen', scopes } : { kind: 'nothing_added' }
}
