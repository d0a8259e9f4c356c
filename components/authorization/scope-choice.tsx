import { groupScopes } from '@/lib/airwallex/scopes'
import { ScopeWords } from './scope-list'

type Props = { readonly scopes: readonly string[]; readonly checked: (scope: string) => boolean }

/** Permissions to choose from, by group; posted as `scope`. */
export function ScopeChoice({ scopes, checked }: Props) {
  return (
    <div className="grid gap-5 py-4">
      {groupScopes(scopes).map(({ group, scopes: members }) => (
        <fieldset key={group}>
          <legend className="text-sm font-medium text-text-muted">{group}</legend>
          <div className="grid gap-x-8 sm:grid-cols-2">
            {members.map((scope) => (
              <label
                key={scope.scope}
                className="-mx-2 mt-1 flex cursor-pointer gap-2.5 rounded-md px-2 py-1.5 hover:bg-surface-sunken pointer-coarse:min-h-11"
              >
                <input
                  type="checkbox"
                  name="scope"
                  value={scope.scope}
                  defaultChecked={checked(scope.scope)}
                  className="mt-[3px] size-4 shrink-0 accent-accent"
                />
                <ScopeWords scope={scope} />
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  )
}
