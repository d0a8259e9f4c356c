import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import type { OwnWorkspace } from '@/lib/workspaces/views'
import { ROLE_COPY } from './role-copy'

type Props = {
  readonly workspaces: readonly OwnWorkspace[]
  readonly action: (form: FormData) => Promise<void>
}

/** Someone's workspaces, each a button that leads into it. */
export function WorkspaceChoices({ workspaces, action }: Props) {
  return (
    <form action={action} className="mt-4">
      <ul className="divide-y border-y">
        {workspaces.map(({ id, name, role }) => (
          <li key={id}>
            <button
              type="submit"
              name="workspaceId"
              value={id}
              className="flex min-h-11 w-full items-center gap-3 px-1 py-2 text-left hover:bg-surface-sunken"
            >
              <span className="min-w-0 flex-1">
                <ForeignText className="font-medium">{name}</ForeignText>
                <span className="block text-sm text-text-muted">{ROLE_COPY[role].label}</span>
              </span>
              <Icon name="chevron-right" className="text-text-muted" />
            </button>
          </li>
        ))}
      </ul>
    </form>
  )
}
