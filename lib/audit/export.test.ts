import { describe, expect, it } from 'vitest'
import { exportPieces } from './export'
import type { AuditEntry } from './views'

const entry: AuditEntry = {
  sequence: 7,
  chained: true,
  at: new Date('2026-11-23T08:00:00Z'),
  actorKind: 'partner_user',
  actorUserId: '01a20787-52ae-72d4-984e-e860fa853945',
  actorName: 'Ada "the Countess", Lovelace',
  action: 'connection.disconnected',
  outcome: 'disconnected',
  connectionId: null,
  connectionName: null,
  subjectName: null,
  originAddress: '203.0.113.9',
  originDevice: 'Firefox on Linux',
  detail: { a: 1 },
}
async function text(format: 'csv' | 'json_lines', ...entries: AuditEntry[]): Promise<string> {
  async function* batches() {
    for (const one of entries) yield [one]
  }
  let all = ''
  for await (const piece of exportPieces(format, batches(), (one) => `${one.actorName} did it`)) all += piece
  return all
}

describe('the exported log', () => {
  it('is a table as RFC 4180 has it', async () => {
    const [header, row, rest] = (await text('csv', entry)).split('\r\n')
    expect(header).toBe(
      'entry,recorded,time,what_happened,actor_kind,actor_id,actor_name,action,outcome,connection_id,connection_name,subject_name,address,device,detail',
    )
    expect(row).toBe(
      '7,in the chain,2026-11-23T08:00:00.000Z,"Ada ""the Countess"", Lovelace did it",partner_user,01a20787-52ae-72d4-984e-e860fa853945,"Ada ""the Countess"", Lovelace",connection.disconnected,disconnected,,,,203.0.113.9,Firefox on Linux,"{""a"":1}"',
    )
    expect(rest).toBe('')
  })

  it.each(['=HYPERLINK("http://evil.test")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])(
    'runs no formula of a name: %j',
    async (actorName) => {
      const csv = await text('csv', { ...entry, actorName })
      const cells = csv.split(',').map((value) => value.replace(/^"/, ''))
      expect(cells.filter((value) => /^[=+\-@\t\r]/.test(value))).toEqual([])
      expect(csv).toContain(`'${actorName.replaceAll('"', '""')}`)
    },
  )

  it('is one object a line, whatever is in it', async () => {
    const lines = (await text('json_lines', { ...entry, actorName: 'Ada\n{"entry":8}' }, entry)).split('\n')
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ entry: 7, actor_name: 'Ada\n{"entry":8}', detail: { a: 1 } })
  })

  it.each(['csv', 'json_lines'] as const)(
    'marks what was recorded before the log was chained, in %s',
    async (format) => {
      const marked = await text(format, { ...entry, sequence: -1, chained: false }, entry)
      expect(marked.match(/before the log was chained|in the chain/g)).toEqual([
        'before the log was chained',
        'in the chain',
      ])
    },
  )

  it('has its header where nothing matches', async () => {
    expect(await text('csv')).toMatch(/^entry,recorded,time,.*\r\n$/)
    expect(await text('json_lines')).toBe('')
  })
})
