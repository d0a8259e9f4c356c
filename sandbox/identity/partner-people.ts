/** People of the partner, who sign in to the dashboard. */
export type PartnerPerson = {
  id: string
  name: string
  email: string
  /** What the claim says: some providers send the text "true". */
  emailVerified: boolean | 'true'
}

export const PARTNER_PEOPLE: readonly PartnerPerson[] = [
  { id: 'partner-ada', name: 'Ada Okafor', email: 'ada@partner.example', emailVerified: true },
  { id: 'partner-ben', name: 'Ben Larsen', email: 'ben@partner.example', emailVerified: true },
  { id: 'partner-chidi', name: 'Chidi Rao', email: 'chidi@other.example', emailVerified: true },
  { id: 'stranger-mallory', name: 'Mallory Stranger', email: 'mallory@stranger.example', emailVerified: true },
  { id: 'partner-uma', name: 'Uma Unverified', email: 'uma@partner.example', emailVerified: false },
  { id: 'partner-theo', name: 'Theo Textual', email: 'theo@partner.example', emailVerified: 'true' },
]

export function findPartnerPerson(id: string): PartnerPerson | undefined {
  return PARTNER_PEOPLE.find((person) => person.id === id)
}
