/** People of the connected companies, who log in at Airwallex and consent. (The partner's people are in `identity/`.) */
export const ROLES = ['Owner', 'Admin', 'Finance Admin', 'Viewer'] as const
export type Role = (typeof ROLES)[number]
export type Person = { id: string; name: string; email: string; role: Role }

export const PEOPLE: readonly Person[] = [
  { id: 'user_grace', name: 'Grace Lam', email: 'grace@harbourlantern.example', role: 'Owner' },
  { id: 'user_oliver', name: 'Oliver Hughes', email: 'oliver@thamestyne.example', role: 'Admin' },
  { id: 'user_mei', name: 'Mei Tanaka', email: 'mei@harbourlantern.example', role: 'Finance Admin' },
  { id: 'user_victor', name: 'Victor Reyes', email: 'victor@harbourlantern.example', role: 'Viewer' },
]

export function findPerson(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id)
}

/** "Only Owner, Admin, Finance Admin can consent", and only as long as they keep the role. */
export function mayConsent(role: Role): boolean {
  return role !== 'Viewer'
}
