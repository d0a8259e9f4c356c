import type { Renewal } from '@/lib/connections/renewal'

type Interrupted = Extract<Renewal, { kind: 'interrupted' }>

/** Instants as text. */
export type RenewalTimes = { readonly since: string; readonly nextBy: string | null; readonly windowEnds: string }

export const INTERRUPTED_TITLE = 'A renewal is interrupted'

/** What happened, what happens next and by when; a paragraph each. */
export function interruptedInWords(renewal: Interrupted, times: RenewalTimes, isQuarantined: boolean): string[] {
  const { sends, phase, probes, maxProbes } = renewal
  const what = `The refresh token was sent ${sends === 1 ? 'once' : `${sends} times`} since ${times.since}, and no answer arrived.`
  if (isQuarantined) {
    return [what, 'Nothing is sent while the connection is quarantined. Once that is lifted, it is sent again, late.']
  }
  if (phase === 'repeating') {
    const next =
      times.nextBy === null
        ? 'it is being sent again now.'
        : `it is sent again by ${times.nextBy}, and repeated until ${times.windowEnds}.`
    return [what, `Airwallex accepts the same token once more within a minute: ${next}`]
  }
  const after = `${what} The minute in which a repeat is certain to work is over.`
  const saves = 'If Airwallex never processed the first request, that still saves the connection.'
  if (times.nextBy === null) return [after, `A late attempt is being made now. ${saves}`]
  const left = maxProbes - probes
  if (left <= 0) return [after, `No late attempt is left: by ${times.nextBy} it is decided.`]
  const count = left === 1 ? 'one late attempt is' : `up to ${left} late attempts are`
  return [after, `Once Airwallex is seen to answer, ${count} made, the next by ${times.nextBy}. ${saves}`]
}
