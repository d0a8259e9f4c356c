import type { Renewal } from '@/lib/connections/renewal'

type Interrupted = Extract<Renewal, { kind: 'interrupted' }>

/** Instants as text. */
export type RenewalTimes = { readonly since: string; readonly nextBy: string | null; readonly windowEnds: string }

export const INTERRUPTED_TITLE = 'A renewal is interrupted'

/** What happened, what happens next and by when; a paragraph each. */
export function interruptedInWords(renewal: Interrupted, times: RenewalTimes, isQuarantined: boolean): string[] {
  const { sends, phase, probes } = renewal
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
  const saves = 'If Airwallex never processed the first request, a late attempt saves the connection.'
  const made = probes === 0 ? '' : ` ${probes === 1 ? 'One was' : `${probes} were`} made so far.`
  const ends = 'Only Airwallex’s own refusal ends the connection, not the number of attempts.'
  if (times.nextBy === null) return [after, `${saves} One is being made now.${made} ${ends}`]
  return [after, `${saves} The next is made by ${times.nextBy}, once Airwallex is seen to answer.${made} ${ends}`]
}
