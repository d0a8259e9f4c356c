import type { Role } from '@/lib/auth/permissions'
import { ROLE_COPY } from './role-copy'

type Props = { readonly roles: readonly Role[]; readonly chosen: Role }

/** One of the roles that the viewer may give, each with what it means. */
export function RoleChoice({ roles, chosen }: Props) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Role</legend>
      <div className="divide-y border-y">
        {roles.map((role) => (
          <label key={role} className="flex cursor-pointer gap-3 py-2.5 pointer-coarse:py-3.5">
            <input
              type="radio"
              name="role"
              value={role}
              defaultChecked={role === chosen}
              className="mt-[3px] size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className="block font-medium">{ROLE_COPY[role].label}</span>
              <span className="block text-sm text-text-muted">{ROLE_COPY[role].may}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
