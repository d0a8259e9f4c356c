import { describe, expect, it } from 'vitest'
import { OUTCOMES, type OutcomeFacts } from '@/components/authorization/outcome-copy'
import { noticeOf } from '@/components/ui/notice-alert'
import { CALLBACK_OUTCOMES } from '@/lib/authorization/outcomes'
import type { ConnectionStatus } from '@/lib/connections/status'
import { accountStatusLabel, connectionName, structureInWords } from './account-copy'
import { CONNECTION_NOTICES } from './notice-copy'
import { REASONS, STATUS_LABELS, shortStatus, statusSentence } from './status-copy'

const facts: OutcomeFacts = { account: 'Harbour Lantern', workspace: 'Northwind', purpose: 'reauthorize' }
const since = new Date('2026-11-23T12:00:00Z')
const statuses: readonly ConnectionStatus[] = [
  { kind: 'active' },
  { kind: 'temporarily_unavailable', since, cause: 'no_answer' },
  { kind: 'temporarily_unavailable', since, cause: 'unreadable' },
  ...(Object.keys(REASONS) as (keyof typeof REASONS)[]).map(
    (reason) => ({ kind: 'reauthorization_required', reason, since }) as const,
  ),
  { kind: 'frozen', since },
  { kind: 'quarantined', since },
  { kind: 'disconnected', at: since },
]

// `Record` types make the tables whole; these hold what types cannot say.

describe('outcomes of the callback', () => {
  it('each have a title, a sentence and a next step of their own', () => {
    expect(Object.keys(OUTCOMES).toSorted()).toEqual([...CALLBACK_OUTCOMES].toSorted())
    const titles = CALLBACK_OUTCOMES.map((outcome) => OUTCOMES[outcome].title(facts))
    const bodies = CALLBACK_OUTCOMES.map((outcome) => OUTCOMES[outcome].body(facts))
    expect(new Set(titles).size).toBe(titles.length)
    expect(new Set(bodies).size).toBe(bodies.length)
    for (const outcome of CALLBACK_OUTCOMES) expect(OUTCOMES[outcome].next.length).toBeGreaterThan(0)
  })

  it.each(['connected', 'already_connected', 'reauthorized'] as const)(
    'name account and workspace after %s',
    (outcome) => {
      expect(OUTCOMES[outcome].title(facts)).toContain('Harbour Lantern')
      expect(OUTCOMES[outcome].body(facts)).toContain('Northwind')
    },
  )

  it('say of every failed attempt what it did not change', () => {
    const granted = ['connected', 'already_connected', 'reauthorized']
    for (const outcome of CALLBACK_OUTCOMES.filter((name) => !granted.includes(name))) {
      const body = OUTCOMES[outcome].body(facts)
      expect(body, outcome).toMatch(/did not change|Nothing changed/)
      const first = OUTCOMES[outcome].body({ ...facts, purpose: 'connect', account: null })
      expect(first, outcome).toMatch(/Nothing was connected|Nothing changed/)
    }
  })

  it('do not tell an account’s name or holder where it is connected elsewhere', () => {
    const words = OUTCOMES.connected_elsewhere.body({ ...facts, purpose: 'connect' })
    expect(words).not.toContain('Harbour Lantern')
    expect(words).not.toMatch(/workspace/i)
  })
})

describe('statuses', () => {
  it('have words, a color and an icon that no other status has', () => {
    const labels = Object.values(STATUS_LABELS)
    expect(new Set(labels.map(({ label }) => label)).size).toBe(labels.length)
    expect(new Set(labels.map(({ icon }) => icon)).size).toBe(labels.length)
  })

  it('say since when, and each reason differently', () => {
    const known = { since: 'Nov 23', nextAttempt: '14:35', lapses: 'Jan 21, 2027' }
    const sentences = statuses.map((status) => statusSentence(status, known))
    for (const sentence of sentences) expect(sentence).toContain('Nov 23')
    expect(new Set(sentences).size).toBe(sentences.length)
    expect(statuses.every((status) => shortStatus(status, 'Nov 23').length > 0)).toBe(true)
  })

  it('say what is retried and when, and when the token of a frozen or quarantined one expires', () => {
    const known = { since: 'Nov 23', nextAttempt: '14:35', lapses: 'Jan 21, 2027' }
    expect(statusSentence({ kind: 'temporarily_unavailable', since, cause: 'no_answer' }, known)).toContain('at 14:35')
    for (const kind of ['frozen', 'quarantined'] as const) {
      expect(statusSentence({ kind, since }, known)).toContain('expires on Jan 21, 2027')
      expect(statusSentence({ kind, since }, { ...known, lapses: null })).not.toContain('expires')
    }
  })
})

describe('words of others', () => {
  it('shows values that Airwallex has not listed as they came', () => {
    expect(accountStatusLabel({ unrecognized: 'ON_THE_MOON' })).toMatchObject({ label: 'ON_THE_MOON', tone: 'neutral' })
    expect(structureInWords({ unrecognized: 'SPACE_AGENCY' })).toBe('SPACE_AGENCY')
    expect(structureInWords({ known: 'SOLE_PROPRIETOR' })).toBe('Sole proprietor')
  })

  it('calls a connection by its account’s name, or by the id while there is none', () => {
    expect(connectionName({ airwallexAccountId: 'acct_1', details: { displayName: 'Harbour' } })).toBe('Harbour')
    expect(connectionName({ airwallexAccountId: 'acct_1', details: { displayName: null } })).toBe('acct_1')
    expect(connectionName({ airwallexAccountId: 'acct_1', details: null })).toBe('acct_1')
  })

  it('takes only known notices from an address', () => {
    expect(
      Object.entries(CONNECTION_NOTICES).every(([code, notice]) => noticeOf(CONNECTION_NOTICES, code) === notice),
    ).toBe(true)
    for (const foreign of ['constructor', '<b>', undefined, ['not_allowed']])
      expect(noticeOf(CONNECTION_NOTICES, foreign)).toBeNull()
  })
})
