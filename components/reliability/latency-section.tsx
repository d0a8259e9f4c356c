import { Icon } from '@/components/ui/icon'
import { Moment } from '@/components/ui/moment'
import { Section } from '@/components/ui/section'
import { formatDuration } from '@/lib/format/duration'
import { formatMoment } from '@/lib/format/instants'
import type { ViewerClock } from '@/lib/format/time-zone'
import type { Latency, LatencyOfDay } from '@/lib/reliability/views'
import { LatencyPlot } from './latency-plot'

type Props = { readonly latency: LatencyOfDay; readonly clock: ViewerClock }

/** How long a renewal takes, from sending the request on. */
export function LatencySection({ latency, clock }: Props) {
  const { whole, hours, measuredSince } = latency
  return (
    <Section id="latency" title="Renewal latency" aside="Last 24 hours">
      {whole === null ? (
        <p className="py-3 text-text-muted">No renewals in the last 24 hours.</p>
      ) : (
        <>
          <Percentiles latency={whole} />
          <p className="py-2 text-sm text-text-muted">
            Of {whole.renewals.toLocaleString('en-US')} {whole.renewals === 1 ? 'renewal' : 'renewals'}
            {measuredSince && (
              <>
                , the latest, since <Moment at={measuredSince} clock={clock} as="moment" />
              </>
            )}
            . The plot shows the time until the new tokens are stored, by hour.
          </p>
          <LatencyPlot hours={hours} now={clock.now} />
          <details className="group mt-3 border-t">
            <summary className="flex min-h-9 items-center gap-1.5 rounded-sm text-sm text-text-muted hover:text-text pointer-coarse:min-h-11">
              <Icon name="chevron-right" className="size-3.5 transition-transform group-open:rotate-90" />
              Show as a table
            </summary>
            <HoursTable latency={latency} clock={clock} />
          </details>
        </>
      )}
    </Section>
  )
}

const RANKS = ['p50', 'p95', 'p99'] as const

function Percentiles({ latency }: { readonly latency: Latency }) {
  return (
    <table className="w-full">
      <caption className="sr-only">Latency in the last 24 hours</caption>
      <thead className="text-sm text-text-muted">
        <tr className="border-b">
          <th scope="col" className="h-9 text-left font-medium">
            From sending until
          </th>
          {RANKS.map((rank) => (
            <th key={rank} scope="col" className="h-9 pl-3 text-right font-medium">
              {rank}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y">
        {(['answered', 'stored'] as const).map((step) => (
          <tr key={step} className="h-11">
            <th scope="row" className="text-left font-normal">
              {step === 'answered' ? 'Airwallex has answered' : 'the new tokens are stored'}
            </th>
            {RANKS.map((rank) => (
              <td key={rank} className="pl-3 text-right whitespace-nowrap">
                {formatDuration(latency[step][rank])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function HoursTable({ latency, clock }: Props) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Time until the new tokens are stored, by hour, latest first</caption>
      <thead className="text-text-muted">
        <tr className="border-b">
          {['Hour from', 'Renewals', ...RANKS].map((heading) => (
            <th key={heading} scope="col" className="h-9 pl-3 text-right font-medium first:pl-0 first:text-left">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y">
        {latency.hours.toReversed().map(({ hour, renewals, stored }) => (
          <tr key={hour.toISOString()} className="h-9">
            <th scope="row" className="text-left font-normal">
              {formatMoment(hour, clock)}
            </th>
            <td className="pl-3 text-right">{renewals.toLocaleString('en-US')}</td>
            {RANKS.map((rank) => (
              <td key={rank} className="pl-3 text-right whitespace-nowrap">
                {formatDuration(stored[rank])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
