import { SubmitButton } from '@/components/ui/submit-button'
import type { SnapshotKind } from '@/lib/snapshots/kinds'
import { SNAPSHOT_TITLES } from './snapshot-copy'

type Props = {
  readonly connectionId: string
  readonly kind: SnapshotKind
  readonly action: (form: FormData) => Promise<void>
}

export function RetryButton({ connectionId, kind, action }: Props) {
  return (
    <form action={action}>
      <input type="hidden" name="connectionId" value={connectionId} />
      <input type="hidden" name="kind" value={kind} />
      <SubmitButton variant="quiet" size="sm" pendingLabel="Refreshing…">
        Refresh<span className="sr-only">: {SNAPSHOT_TITLES[kind].toLowerCase()}</span>
      </SubmitButton>
    </form>
  )
}
