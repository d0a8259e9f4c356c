import { describe, expect, it } from 'vitest'
import { sentence, sentenceParts } from './sentence'
import { ACTIONS } from './sentences'

const entry = {
  actorKind: 'partner_user',
  actorName: 'Ada Lovelace',
  action: 'connection.disconnected',
  outcome: 'disconnected',
  connectionId: '01a20787-52ae-72d4-984e-e860fa853945',
  connectionName: 'Harbour Lantern',
  subjectName: 'Grace Hopper',
}
const pairs = Object.entries(ACTIONS).flatMap(([action, { says }]) =>
  Object.keys(says).map((outcome) => ({ action, outcome })),
)

describe('a sentence of the log', () => {
  it('names who, what and on which', () => {
    expect(sentence(entry)).toBe('Ada Lovelace disconnected Harbour Lantern')
    expect(sentence({ ...entry, action: 'member.role_changed', outcome: 'viewer' })).toBe(
      'Ada Lovelace changed the role of Grace Hopper to viewer',
    )
    expect(
      sentence({
        ...entry,
        actorKind: 'airwallex',
        actorName: null,
        action: 'connection.ended_at_airwallex',
        outcome: 'disconnected_at_airwallex',
      }),
    ).toBe('Airwallex ended Harbour Lantern: disconnected at Airwallex')
  })

  it.each(pairs)('of $action, $outcome is readable and holds no code', (pair) => {
    const words = sentence({ ...entry, ...pair })
    expect(words).toMatch(/^[A-Z][^{}_]{8,}[^.]$/)
    expect(words).not.toContain('did something')
  })

  it('does not fall for names that look like places in it', () => {
    const named = { ...entry, actorName: '{connection}', connectionName: '{subject}' }
    expect(sentenceParts(named)).toEqual([
      { kind: 'person', text: '{connection}' },
      { kind: 'text', text: ' disconnected ' },
      { kind: 'connection', text: '{subject}', id: entry.connectionId },
    ])
  })

  it('is there for what another release wrote', () => {
    for (const action of ['key.promoted', '__proto__', 'constructor']) {
      expect(sentence({ ...entry, action })).toBe('Ada Lovelace did something this version cannot describe')
    }
    expect(sentence({ ...entry, outcome: 'toString' })).toContain('cannot describe')
  })

  it('says what is known where someone or something is gone', () => {
    expect(sentence({ ...entry, actorName: null, connectionName: null })).toBe(
      'Someone disconnected a deleted connection',
    )
  })
})
