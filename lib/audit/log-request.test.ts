import { describe, expect, it } from 'vitest'
import { auditParameters, NO_FILTER, parseAuditRequest } from './log-request'

const id = '01a20787-52ae-72d4-984e-e860fa853945'
const parse = (parameters: Record<string, string | string[] | undefined>) =>
  parseAuditRequest(parameters, ['connection.disconnected'])

describe('the address of the log', () => {
  it('asks for everything when it says nothing', () => {
    const everything = { kind: 'asked', filter: NO_FILTER, after: null }
    expect(parse({})).toEqual(everything)
    // As a form sends what no one chose.
    expect(parse({ actor: '', action: '', connection: '', from: '', to: '' })).toEqual(everything)
  })

  it('is read back as it was written', () => {
    const filter = {
      actor: id,
      action: 'connection.disconnected',
      connectionId: id,
      from: '2026-02-28',
      to: '2026-03-01',
    }
    const parameters = Object.fromEntries(auditParameters(filter, 77))
    expect(parse(parameters)).toEqual({ kind: 'asked', filter, after: 77 })
  })

  it.each([
    [{ actor: 'mallory' }, 'actor'],
    [{ actor: [id, id] }, 'actor'],
    [{ action: 'connection.exploded' }, 'action'],
    [{ action: '__proto__' }, 'action'],
    [{ connection: `${id}'--` }, 'connection'],
    [{ from: '2026-02-30' }, 'from'],
    [{ from: 'yesterday' }, 'from'],
    [{ to: '2026-13-01' }, 'to'],
    [{ to: '2026-1-1' }, 'to'],
    [{ from: '2026-03-02', to: '2026-03-01' }, 'to'],
    [{ after: '1e9' }, 'after'],
    [{ after: '99999999999999' }, 'after'],
  ])('with %j says what is wrong, at its field', (parameters, field) => {
    const request = parse(parameters as Record<string, string>)
    if (request.kind !== 'invalid') throw new Error('accepted')
    expect(Object.keys(request.problems)).toEqual([field])
    expect(Object.values(request.problems)[0]).toMatch(/^[A-Z].*\.$/)
  })
})
