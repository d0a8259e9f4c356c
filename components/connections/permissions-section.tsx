import type { ReactNode } from 'react'
import { Section } from '@/components/ui/section'
import { compareScopes } from '@/lib/airwallex/scopes'
import { ScopeList } from './scope-list'

type Props = {
  readonly requested: readonly string[]
  readonly granted: readonly string[]
  /** Whether anything is granted now; after a disconnect the list tells what was. */
  readonly isLive: boolean
  readonly action?: ReactNode
}

export function PermissionsSection({ requested, granted, isLive, action }: Props) {
  const { notGranted } = compareScopes(requested, granted)
  return (
    <Section id="permissions" title={isLive ? 'Permissions' : 'Permissions it had'} aside={action}>
      {granted.length > 0 ? (
        <ScopeList scopes={granted} mark={isLive ? 'granted' : 'missing'} className="py-4 sm:columns-2" />
      ) : (
        <p className="py-4 text-text-muted">Airwallex did not name any permission when this account was authorized.</p>
      )}
      {isLive && notGranted.length > 0 && (
        <div className="border-t py-4">
          <h3 className="font-medium">Asked for and not granted</h3>
          <p className="max-w-prose text-sm text-text-muted">
            What needs these stays empty. Whoever consents at Airwallex may lack the role, or the account the feature.
          </p>
          <ScopeList scopes={notGranted} mark="missing" className="mt-3 sm:columns-2" />
        </div>
      )}
    </Section>
  )
}
