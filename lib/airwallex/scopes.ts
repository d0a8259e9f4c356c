import { OLD_RESOURCE_NAMES, RESOURCES, SCOPE_GROUPS, type ScopeGroup } from './scope-catalog'

// Airwallex writes a scope in two ways and accepts both: `balance:read`, and the older `r:awx_action:balances_view`.
// A grant may name in one format what was asked for in the other, so scopes are compared by what they mean.

export type ScopeAccess = 'read' | 'write' | 'upload'

export type ScopeDescription = {
  /** As it was given: this is what is sent. */
  readonly scope: string
  readonly group: ScopeGroup
  /** Such as "See balances and balance history"; the scope itself when we do not know it. */
  readonly text: string
  readonly access: ScopeAccess | null
}

const NEW_FORMAT = /^([a-z_]+(?:\.[a-z_]+)*):(read|write|upload)$/
const OLD_FORMAT = /^([rw]):(awx_action|org_action):([a-z_]+(?:\.[a-z_]+)*)_(view|edit)$/
const MAX_SCOPES = 200
const MAX_SCOPE_CHARACTERS = 200

/** Splits a `scope` value (RFC 6749 §3.3) and drops repetitions, at most 200 of at most 200 characters each. */
export function splitScopes(scope: string): readonly string[] {
  const scopes = scope.split(/\s+/).filter((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name))
  return [...new Set(scopes.filter((name) => name.length <= MAX_SCOPE_CHARACTERS))].slice(0, MAX_SCOPES)
}

type ParsedScope = { readonly resource: string; readonly access: ScopeAccess }

function parseScope(scope: string): ParsedScope | null {
  const fresh = NEW_FORMAT.exec(scope)
  if (fresh) return { resource: String(fresh[1]), access: fresh[2] as ScopeAccess }
  const old = OLD_FORMAT.exec(scope)
  // `r:…_edit` and `w:…_view` contradict themselves.
  if (!old || (old[1] === 'r') !== (old[4] === 'view')) return null
  const name = String(old[3])
  return { resource: OLD_RESOURCE_NAMES.get(name) ?? name, access: old[1] === 'r' ? 'read' : 'write' }
}

/** The scope in the newer format; unchanged when it is in neither. */
export function normalizeScope(scope: string): string {
  const parsed = parseScope(scope)
  return parsed ? `${parsed.resource}:${parsed.access}` : scope
}

/** Whether one of the scopes means the same. Write does not imply read: Airwallex does not say that it does. */
export function includesScope(scopes: readonly string[], scope: string): boolean {
  const wanted = normalizeScope(scope)
  return scopes.some((name) => normalizeScope(name) === wanted)
}

/** What was asked for and given, what was asked for and not given, and what was given without being asked for. */
export function compareScopes(requested: readonly string[], granted: readonly string[]) {
  return {
    granted: requested.filter((scope) => includesScope(granted, scope)),
    notGranted: requested.filter((scope) => !includesScope(granted, scope)),
    additional: granted.filter((scope) => !includesScope(requested, scope)),
  }
}

export function describeScope(scope: string): ScopeDescription {
  const parsed = parseScope(scope)
  const known = parsed && RESOURCES.get(parsed.resource)
  if (!parsed || !known) return { scope, group: 'Other', text: scope, access: parsed?.access ?? null }
  const verb = { read: 'See', write: 'Change', upload: 'Upload' }[parsed.access]
  return { scope, group: known.group, text: `${verb} ${known.noun}`, access: parsed.access }
}

/** Described scopes by group, groups in their fixed order, those that change things last in each. */
export function groupScopes(
  scopes: readonly string[],
): readonly { readonly group: ScopeGroup; readonly scopes: readonly ScopeDescription[] }[] {
  const described = scopes.map(describeScope)
  return SCOPE_GROUPS.map((group) => {
    const members = described.filter((scope) => scope.group === group)
    return {
      group,
      scopes: members.toSorted((one, other) => Number(one.access !== 'read') - Number(other.access !== 'read')),
    }
  }).filter(({ scopes: members }) => members.length > 0)
}
