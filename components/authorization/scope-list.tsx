import clsx from 'clsx'
import { Icon, type IconName } from '@/components/ui/icon'
import { groupScopes, type ScopeDescription } from '@/lib/airwallex/scopes'

type Props = {
  readonly scopes: readonly string[]
  readonly mark: 'granted' | 'asked' | 'missing'
  readonly className?: string
}

const MARKS: Readonly<Record<Props['mark'], { readonly icon: IconName; readonly color: string }>> = {
  granted: { icon: 'check', color: 'text-positive' },
  asked: { icon: 'chevron-right', color: 'text-accent' },
  missing: { icon: 'minus', color: 'text-text-muted' },
}

/** Permissions in words by group, the raw scope in small print. */
export function ScopeList({ scopes, mark, className }: Props) {
  return (
    <dl className={clsx('gap-x-8', className)}>
      {groupScopes(scopes).map(({ group, scopes: members }) => (
        <div key={group} className="mb-4 break-inside-avoid last:mb-0">
          <dt className="text-sm font-medium text-text-muted">{group}</dt>
          <dd>
            <ul>
              {members.map((scope) => (
                <li key={scope.scope} className="mt-1.5 flex gap-2">
                  <Icon name={MARKS[mark].icon} className={clsx('mt-[3px]', MARKS[mark].color)} />
                  <ScopeWords scope={scope} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function ScopeWords({ scope }: { readonly scope: ScopeDescription }) {
  const isKnown = scope.text !== scope.scope
  return (
    <span className="min-w-0">
      {isKnown && <span className="block">{scope.text}</span>}
      <code className="block font-mono text-xs break-all text-text-muted">{scope.scope}</code>
    </span>
  )
}
