import { describe, expect, it } from 'vitest'
import { scopesToRequest } from './scope-choice'

const registered = ['account:read', 'balance:read', 'transfer:read']
const same = (scopes: readonly string[], scope: string) =>
  scopes.some((name) => name.replace('old.', '') === scope.replace('old.', ''))
const request = (
  purpose: 'connect' | 'reauthorize' | 'add_permissions',
  granted: readonly string[] = [],
  chosen: readonly string[] = [],
) => scopesToRequest({ purpose, registered, granted, chosen }, same)

describe('scopesToRequest', () => {
  it('connects with everything that is registered', () => {
    expect(request('connect', ['balance:read'], ['x'])).toEqual({ kind: 'chosen', scopes: registered })
  })

  it('reauthorizes with what was granted, as registered, and with everything where that says nothing', () => {
    const granted = ['old.transfer:read', 'account:read', 'no.longer:read']
    expect(request('reauthorize', granted)).toEqual({ kind: 'chosen', scopes: ['account:read', 'transfer:read'] })
    expect(request('reauthorize', [])).toEqual({ kind: 'chosen', scopes: registered })
    expect(request('reauthorize', ['no.longer:read'])).toEqual({ kind: 'chosen', scopes: registered })
  })

  it('adds to what was granted', () => {
    expect(request('add_permissions', ['balance:read'], ['old.account:read'])).toEqual({
      kind: 'chosen',
      scopes: ['account:read', 'balance:read'],
    })
  })

  it('asks for nothing that is not registered, and for nothing that is granted already', () => {
    expect(request('add_permissions', ['balance:read'], ['account:read', 'payout:write'])).toEqual({
      kind: 'not_registered',
    })
    expect(request('add_permissions', ['balance:read'], ['old.balance:read'])).toEqual({ kind: 'nothing_added' })
    expect(request('add_permissions', ['balance:read'], [])).toEqual({ kind: 'nothing_added' })
  })
})
