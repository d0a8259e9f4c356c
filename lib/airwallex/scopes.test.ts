import { describe, expect, it } from 'vitest'
import { RESOURCES } from './scope-catalog'
import { compareScopes, describeScope, groupScopes, includesScope, normalizeScope, splitScopes } from './scopes'

describe('splitScopes', () => {
  it('splits at spaces, keeps the order and drops repetitions', () => {
    expect(splitScopes(' balance:read  r:awx_action:balances_view balance:read ')).toEqual([
      'balance:read',
      'r:awx_action:balances_view',
    ])
    expect(splitScopes('')).toEqual([])
  })

  it('drops what RFC 6749 does not allow in a scope, and bounds the rest', () => {
    expect(splitScopes('balance:read "quoted" back\\slash ünïcode')).toEqual(['balance:read'])
    expect(splitScopes(`a:read ${'x'.repeat(201)}`)).toEqual(['a:read'])
    expect(splitScopes(Array.from({ length: 500 }, (_, index) => `s${index}`).join(' '))).toHaveLength(200)
  })
})

describe('normalizeScope', () => {
  it.each([
    ['balance:read', 'balance:read'],
    ['r:awx_action:balances_view', 'balance:read'],
    ['r:awx_action:settings.account_details_view', 'account_details:read'],
    ['r:awx_action:global_accounts_view', 'global_account:read'],
    ['w:awx_action:contact_management_edit', 'beneficiary:write'],
    ['w:awx_action:transfers_edit', 'transfer:write'],
    ['r:awx_action:conversions_view', 'fx.conversion:read'],
    ['r:org_action:billing.invoice_view', 'billing.invoice:read'],
    ['r:awx_action:pa_view', 'payment_acceptance:read'],
    ['r:awx_action:something_new_view', 'something_new:read'],
    ['r:awx_action:balances_edit', 'r:awx_action:balances_edit'],
    ['Balance:read', 'Balance:read'],
    ['anything', 'anything'],
    ['', ''],
  ])('turns %j into %j', (scope, normalized) => {
    expect(normalizeScope(scope)).toBe(normalized)
  })
})

describe('compareScopes', () => {
  it('compares by meaning over both formats', () => {
    expect(
      compareScopes(
        ['account_details:read', 'balance:read', 'transfer:read'],
        ['r:awx_action:balances_view', 'account_details:read', 'beneficiary:read'],
      ),
    ).toEqual({
      granted: ['account_details:read', 'balance:read'],
      notGranted: ['transfer:read'],
      additional: ['beneficiary:read'],
    })
  })

  it('does not take write for read', () => {
    expect(includesScope(['transfer:write'], 'transfer:read')).toBe(false)
    expect(includesScope(['w:awx_action:transfers_edit'], 'transfer:write')).toBe(true)
  })
})

describe('describeScope and groupScopes', () => {
  it('says in words what a scope opens, in both formats', () => {
    expect(describeScope('r:awx_action:balances_view')).toEqual({
      scope: 'r:awx_action:balances_view',
      group: 'Balances and accounts',
      text: 'See balances and balance history',
      access: 'read',
    })
    expect(describeScope('beneficiary:write').text).toBe('Change beneficiaries')
    expect(describeScope('file:upload').text).toBe('Upload files')
  })

  it('shows a scope that it does not know as it is', () => {
    expect(describeScope('brand.new:read')).toEqual({
      scope: 'brand.new:read',
      group: 'Other',
      text: 'brand.new:read',
      access: 'read',
    })
    expect(describeScope('constructor')).toEqual({
      scope: 'constructor',
      group: 'Other',
      text: 'constructor',
      access: null,
    })
  })

  it('has words for every resource of the catalog', () => {
    for (const resource of RESOURCES.keys()) expect(describeScope(`${resource}:read`).text).toMatch(/^See [a-z]/)
  })

  it('groups in a fixed order, reading before changing, and loses none', () => {
    const groups = groupScopes(['x:read', 'transfer:write', 'transfer:read', 'account_details:read'])
    expect(groups.map(({ group, scopes }) => [group, scopes.map(({ scope }) => scope)])).toEqual([
      ['Account', ['account_details:read']],
      ['Payouts', ['transfer:read', 'transfer:write']],
      ['Other', ['x:read']],
    ])
  })
})
