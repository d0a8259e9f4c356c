import type { Role } from '@/lib/auth/permissions'

/** What a role is called, and what it lets someone do. Each can do what those before it can. */
export const ROLE_COPY: Readonly<Record<Role, { readonly label: string; readonly may: string }>> = {
  viewer: { label: 'Viewer', may: 'Sees connections, balances and members.' },
  operator: { label: 'Operator', may: 'Also connects and reauthorizes accounts, and reads them again.' },
  admin: { label: 'Admin', may: 'Also disconnects, manages members and reads the audit log.' },
  owner: { label: 'Owner', may: 'Also changes owners, lifts quarantines and deletes the workspace.' },
}
