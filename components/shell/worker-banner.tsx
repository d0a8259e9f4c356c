import { Alert } from '@/components/ui/alert'
import { Moment } from '@/components/ui/moment'
import type { WorkerState } from '@/lib/background/heartbeat-views'
import type { ViewerClock } from '@/lib/format/time-zone'

/** Says that no one does the background work, what that means and what to do. Nothing while someone does. */
export function WorkerBanner({ state, clock }: { readonly state: WorkerState; readonly clock: ViewerClock }) {
  if (state.kind === 'running') return null
  return (
    <Alert tone="caution" title="Background work is stopped" className="mb-6">
      {state.since ? (
        <>
          No worker has run since <Moment at={state.since} clock={clock} as="moment" />.{' '}
        </>
      ) : (
        'No worker has run yet. '
      )}
      Tokens are still renewed when someone needs one, but interrupted renewals are not retried and idle connections can
      expire. Start one with <code className="font-mono text-sm text-text">npm run worker</code>; on Vercel, check the
      cron jobs.
    </Alert>
  )
}
