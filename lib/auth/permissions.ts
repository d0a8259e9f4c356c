/** From the least to the most. */
export const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

/**
 * Who may do what: the one source of the server's checks and of the buttons that show. Every row is written out, so that
 * a right is given by a line of this table and by nothing else.
 */
const PERMISSIONS = {
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
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof PERMISSIONS

/** False for whatever the table does not name, roles and permissions alike. */
export function can(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] | undefined = Object.hasOwn(PERMISSIONS, permission)
    ? PERMISSIONS[permission]
    : undefined
  return roles?.includes(role) ?? false
}

/** The roles that someone may give and take: none above their own, and an owner's only where they may change owners. */
export function grantableRoles(role: Role): readonly Role[] {
  if (!can(role, 'member.manage')) return []
  return ROLES.filter((given) => ROLES.indexOf(given) <= ROLES.indexOf(role)).filter(
    (given) => given !== 'owner' || can(role, 'owner.change'),
  )
}
