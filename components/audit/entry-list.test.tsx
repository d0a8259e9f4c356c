import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '@/lib/audit/views'
import { EntryList } from './entry-list'

const now = new Date('2026-12-01T12:00:00Z')
const entry = (chained: boolean): AuditEntry => ({
  sequence: chained ? 1 : 0,
  chained,
  at: now,
  actorKind: 'system',
  actorUserId: null,
  actorName: null,
  action: 'workspace.renamed',
  outcome: 'renamed',
  connectionId: null,
  connectionName: null,
  subjectName: null,
  originAddress: null,
  originDevice: null,
  detail: null,
})
const shown = (chained: boolean) =>
  renderToStaticMarkup(<EntryList entries={[entry(chained)]} clock={{ now, timeZone: 'UTC' }} />)

describe('the list of entries', () => {
  it('marks what was recorded before the log was chained, and nothing else', () => {
    expect(shown(false)).toContain('Recorded before the log was chained')
    expect(shown(true)).not.toContain('chained')
  })
})
