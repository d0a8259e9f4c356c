import type { ReactNode } from 'react'
import { ScopeList } from '@/components/authorization/scope-list'
import { Section } from '@/components/ui/section'
import { compareScopes } from '@/lib/airwallex/scopes'

type Props = {
  readonly requested: readonly string[]
  readonly granted: readonly string[]
  /** Whether anything is granted now; after a disconnect the list shows what was. */
  readonly isLive: boolean
  readonly action?: ReactNode
}

export function PermissionsSection({ requested, granted, isLive, action }: Props) {
  const { notGranted } = compareScopes(requested, granted)
  return (
    <Section id="permissions" title={isLive ? 'Permissions' : 'Former permissions'} aside={action}>
      {granted.length > 0 ? (
        <ScopeList scopes={granted} mark={isLive ? 'granted' : 'missing'} className="py-4 sm:columns-2" />
      ) : (
        <p className="py-4 text-text-muted">Airwallex listed no permissions when this account was authorized.</p>
      )}
      {isLive && notGranted.length > 0 && (
        <div className="border-t py-4">
          <h3 className="font-medium">Requested but not granted</h3>
          <p className="max-w-prose text-sm text-text-muted">
            The person who consented may lack the role, or the account may lack the feature.
          </p>
          <ScopeList scopes={notGranted} mark="missing" className="mt-3 sm:columns-2" />
        </div>
      )}
    </Section>
  )
}
