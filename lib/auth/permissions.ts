export type Role = 'owner' | 'admin' | 'operator' | 'viewer'

/** Who may do what. Every row is written out, so that a right is given by a line of this table and by nothing else. */
const PERMISSIONS = {
  'connection.read': ['viewer', 'operator', 'admin', 'owner'],
  'connection.connect': ['operator', 'admin', 'owner'],
  'connection.reauthorize': ['operator', 'admin', 'owner'],
  'connection.refresh': ['operator', 'admin', 'owner'],
  'connection.disconnect': ['admin', 'owner'],
  'connection.lift_quarantine': ['owner'],
  'workspace.rename': ['admin', 'owner'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof PERMISSIONS

/** False for whatever the table does not name, roles and permissions alike. */
export function can(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] | undefined = Object.hasOwn(PERMISSIONS, permission)
    ? PERMISSIONS[permission]
    : undefined
  return roles?.includes(role) ?? false
}
