import { describe, expect, it } from 'vitest'
import { can, grantableRoles, type Permission, ROLES, type Role } from './permissions'

// Written out a second time on purpose: whoever changes a right changes it in two places. A permission that this table
// forgets does not compile.
const EXPECTED: Readonly<Record<Permission, readonly Role[]>> = {
  'connection.connect': ['operator', 'admin', 'owner'],
  'connection.reauthorize': ['operator', 'admin', 'owner'],
  'connection.refresh': ['operator', 'admin', 'owner'],
  'connection.disconnect': ['admin', 'owner'],
  'connection.lift_quarantine': ['owner'],
  'member.manage': ['admin', 'owner'],
  'owner.change': ['owner'],
  'workspace.leave': ['viewer', 'operator', 'admin', 'owner'],
  'workspace.rename': ['admin', 'owner'],
  'workspace.delete': ['owner'],
  'audit.read': ['admin', 'owner'],
}

describe('permissions', () => {
  it.each(Object.entries(EXPECTED))('lets exactly the right roles do %s', (permission, allowed) => {
    expect(ROLES.filter((role) => can(role, permission as Permission))).toEqual(allowed)
  })

  it('give each role all that the one below it has', () => {
    const of = (role: Role) => Object.keys(EXPECTED).filter((permission) => can(role, permission as Permission))
    for (const [n, role] of ROLES.entries()) {
      expect(of(role)).toEqual(expect.arrayContaining(of(ROLES[n - 1] ?? role)))
    }
  })

  it.each(['', 'root', 'OWNER', 'constructor'])('give nothing to the unknown role "%s"', (role) => {
    expect(can(role as Role, 'workspace.leave')).toBe(false)
    expect(grantableRoles(role as Role)).toEqual([])
  })

  it.each(['connection.steal', 'constructor', '__proto__'])('give no one the unknown permission "%s"', (permission) => {
    expect(can('owner', permission as Permission)).toBe(false)
  })

  it.each<[Role, readonly Role[]]>([
    ['viewer', []],
    ['operator', []],
    ['admin', ['viewer', 'operator', 'admin']],
    ['owner', ['viewer', 'operator', 'admin', 'owner']],
  ])('let a %s give no role above their own', (role, given) => {
    expect(grantableRoles(role)).toEqual(given)
  })
})
