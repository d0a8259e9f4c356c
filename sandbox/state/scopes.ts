/** A permission of the sandbox's application: both names Airwallex gives it, and what it allows in words. */
export type Scope = { name: string; oldName: string | null; words: string }

// `financial_transaction:read` has no known old name.
const SCOPES: readonly Scope[] = [
  {
    name: 'account_details:read',
    oldName: 'r:awx_action:settings.account_details_view',
    words: 'See the account’s details: names, addresses, registration numbers and status',
  },
  { name: 'balance:read', oldName: 'r:awx_action:balances_view', words: 'See balances and their history' },
  {
    name: 'global_account:read',
    oldName: 'r:awx_action:global_accounts_view',
    words: 'See global accounts and their bank details',
  },
  { name: 'financial_transaction:read', oldName: null, words: 'See financial transactions' },
  { name: 'transfer:read', oldName: 'r:awx_action:transfers_view', words: 'See transfers and their status' },
  {
    name: 'fx.conversion:read',
    oldName: 'r:awx_action:conversions_view',
    words: 'See currency conversions, quotes and rates',
  },
  {
    name: 'beneficiary:read',
    oldName: 'r:awx_action:contact_management_view',
    words: 'See beneficiaries and their bank details',
  },
]

export const REGISTERED_SCOPES: readonly string[] = SCOPES.map((scope) => scope.name)

const byEitherName = new Map<string, Scope>()
for (const scope of SCOPES) {
  byEitherName.set(scope.name, scope)
  if (scope.oldName) byEitherName.set(scope.oldName, scope)
}

/** The new name of a scope given in either format; `undefined` when the sandbox does not know it. */
export function canonicalScope(name: string): string | undefined {
  return byEitherName.get(name)?.name
}

export function scopeWords(name: string): string {
  return byEitherName.get(name)?.words ?? name
}

/**
 * Space-delimited and case-sensitive (RFC 6749 §3.3). Answers the scopes as they were written, without repeats,
 * or `null` when one is unknown or not registered, or none is given.
 */
export function parseRequestedScopes(value: string | null, registered: readonly string[]): string[] | null {
  const names = [...new Set((value ?? '').split(' ').filter((name) => name !== ''))]
  const allowed = new Set(registered.map((name) => canonicalScope(name)))
  const known = names.every((name) => {
    const canonical = canonicalScope(name)
    return canonical !== undefined && allowed.has(canonical)
  })
  return known && names.length > 0 ? names : null
}
