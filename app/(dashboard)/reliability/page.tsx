import type { Metadata } from 'next'
import { BreakerSection, WorkersSection } from '@/components/reliability/background-section'
import { IntegritySection } from '@/components/reliability/integrity-section'
import { InterruptedSection } from '@/components/reliability/interrupted-section'
import { LatencySection } from '@/components/reliability/latency-section'
import { OutcomesSection } from '@/components/reliability/outcomes-section'
import { TimelineAlert } from '@/components/reliability/timeline-alert'
import { viewerClock } from '@/components/shell/viewer-clock'
import { ForeignText } from '@/components/ui/foreign-text'
import { LiveRefresh } from '@/components/ui/live-refresh'
import { Moment } from '@/components/ui/moment'
import { PageHeader } from '@/components/ui/page-header'
import { requirePartnerUser } from '@/lib/auth/partner-user'
import { getBreaker, getTimelineChange, listWorkers } from '@/lib/background/views'
import { listRenewalsUnderWay } from '@/lib/connections/lineage-views'
import { getIntegrity, getLatency } from '@/lib/reliability/views'

export const metadata: Metadata = { title: 'Reliability' }

const SHOWN_INTERRUPTED = 50
const SHOWN_WORKERS = 10

export default async function ReliabilityPage() {
  const [partnerUser, clock] = await Promise.all([requirePartnerUser(), viewerClock()])
  const workspaceId = partnerUser.workspace.id
  const [day, month, latency, underWay, breaker, workers, timelineChange] = await Promise.all([
    getIntegrity(workspaceId, 'day'),
    getIntegrity(workspaceId, 'month'),
    getLatency(workspaceId),
    listRenewalsUnderWay(workspaceId, SHOWN_INTERRUPTED + 1),
    getBreaker(),
    listWorkers(SHOWN_WORKERS),
    getTimelineChange(),
  ])
  const isOpen = underWay.length > 0 || breaker.state !== 'closed' || !workers.some(({ state }) => state === 'running')
  return (
    <div className="mx-auto max-w-page">
      <PageHeader title="Reliability">
        Renewal health for <ForeignText>{partnerUser.workspace.name}</ForeignText>. As of{' '}
        <Moment at={clock.now} clock={clock} as="moment" />.
      </PageHeader>
      <LiveRefresh isOpen={isOpen} />
      <TimelineAlert change={timelineChange} clock={clock} />
      <div className="mt-6 grid gap-y-10">
        <IntegritySection windows={{ day, month }} clock={clock} />
        <div className="grid items-start gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="grid min-w-0 gap-y-10">
            <OutcomesSection windows={{ day, month }} />
            <LatencySection latency={latency} clock={clock} />
          </div>
          <div className="grid min-w-0 gap-y-10">
            <InterruptedSection
              underWay={underWay.slice(0, SHOWN_INTERRUPTED)}
              isCut={underWay.length > SHOWN_INTERRUPTED}
              clock={clock}
            />
            <BreakerSection breaker={breaker} clock={clock} />
            <WorkersSection workers={workers} clock={clock} />
          </div>
        </div>
      </div>
    </div>
  )
}
