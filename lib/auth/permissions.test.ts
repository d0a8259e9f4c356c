import { describe, expect, it } from 'vitest'
import { can, type Permission, type Role } from './permissions'

const roles: readonly Role[] = ['viewer', 'operator', 'admin', 'owner']

describe('permissions', () => {
  it.each<[Permission, readonly Role[]]>([
    ['connection.read', ['viewer', 'operator', 'admin', 'owner']],
    ['connection.connect', ['operator', 'admin', 'owner']],
    ['connection.reauthorize', ['operator', 'admin', 'owner']],
    ['connection.refresh', ['operator', 'admin', 'owner']],
    ['connection.disconnect', ['admin', 'owner']],
    ['connection.lift_quarantine', ['owner']],
    ['workspace.rename', ['admin', 'owner']],
  ])('lets exactly the right roles do %s', (permission, allowed) => {
    expect(roles.filter((role) => can(role, permission))).toEqual(allowed)
  })

  it.each(['', 'root', 'OWNER', 'constructor'])('gives nothing to the unknown role "%s"', (role) => {
    expect(can(role as Role, 'connection.read')).toBe(false)
  })

  it.each(['connection.steal', 'constructor', '__proto__'])(
    'gives nobody the unknown permission "%s"',
    (permission) => {
      expect(can('owner', permission as Permission)).toBe(false)
    },
  )
})
