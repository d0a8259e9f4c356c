import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseActionInput } from './action-input'

const schema = z.object({
  connectionId: z.uuid('must be an id'),
  scopes: z.array(z.string().max(20)).max(3),
  note: z.string().max(10).optional(),
})
const ID = '0190f7b2-0000-7000-8000-000000000000'

function form(...entries: [string, string | Blob][]): FormData {
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value)
  return data
}
const problems = (data: unknown) => {
  const parsed = parseActionInput(schema, data)
  return parsed.kind === 'invalid' ? parsed.problems : parsed.kind
}

describe('input of an action', () => {
  it('takes the fields it knows, several values only where a list is meant', () => {
    const data = form(
      ['connectionId', ID],
      ['scopes', 'a'],
      ['scopes', 'b'],
      ['$ACTION_ID_7f', ''],
      ['$ACTION_REF_1', ''],
    )
    expect(parseActionInput(schema, data)).toEqual({ kind: 'parsed', value: { connectionId: ID, scopes: ['a', 'b'] } })
  })

  it('takes a list without a value as empty', () => {
    expect(parseActionInput(schema, form(['connectionId', ID]))).toMatchObject({ value: { scopes: [] } })
  })

  it.each<[string, unknown, Record<string, string>]>([
    ['no form at all', { connectionId: ID }, { form: 'is not a form' }],
    ['nothing', undefined, { form: 'is not a form' }],
    ['a repeated field', form(['connectionId', ID], ['connectionId', ID]), { connectionId: 'is given twice' }],
    ['an unknown field', form(['connectionId', ID], ['workspaceId', ID]), { form: 'holds an unknown field' }],
    [
      'a field named after a prototype',
      form(['connectionId', ID], ['__proto__', 'x']),
      { form: 'holds an unknown field' },
    ],
    ['a field named constructor', form(['connectionId', ID], ['constructor', 'x']), { form: 'holds an unknown field' }],
    ['a file', form(['connectionId', new Blob(['x'])]), { form: 'holds a file' }],
    ['a long text', form(['note', 'x'.repeat(9_000)]), { form: 'holds a text that is too long' }],
    [
      'many values',
      form(...Array.from({ length: 101 }, (): [string, string] => ['scopes', 'a'])),
      { form: 'holds too much' },
    ],
    [
      'many fields',
      form(...Array.from({ length: 61 }, (_, i): [string, string] => [`f${i}`, 'a'])),
      { form: 'holds too much' },
    ],
    ['a value against its rule', form(['connectionId', 'x']), { connectionId: 'must be an id' }],
  ])('refuses %s', (_case, data, expected) => {
    expect(problems(data)).toEqual(expected)
  })
})
