import { z } from 'zod'

// What a browser, or anyone, posts to a server action.

const FIELD_LIMIT = 60
const VALUES_LIMIT = 100
const LENGTH_LIMIT = 8_192

export type ActionInput<Value> =
  | { readonly kind: 'parsed'; readonly value: Value }
  /** Field name, or `form`, to the rule it breaks. */
  | { readonly kind: 'invalid'; readonly problems: Readonly<Record<string, string>> }

/**
 * Parses a form by a schema of its fields. Refused: fields the schema does not name, a repeated field unless the schema
 * has an array there, files, and more or longer values than any form here has.
 */
export function parseActionInput<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  form: unknown,
): ActionInput<z.output<z.ZodObject<Shape>>> {
  const invalid = (field: string, problem: string) => ({ kind: 'invalid', problems: { [field]: problem } }) as const
  if (!(form instanceof FormData)) return invalid('form', 'is not a form')
  const fields = new Map<string, string[]>()
  for (const [name, value] of form) {
    // React's own fields, which say which action is meant.
    if (name.startsWith('$ACTION')) continue
    if (typeof value !== 'string') return invalid('form', 'holds a file')
    if (value.length > LENGTH_LIMIT) return invalid('form', 'holds a text that is too long')
    const values = fields.get(name) ?? []
    values.push(value)
    fields.set(name, values)
    if (values.length > VALUES_LIMIT || fields.size > FIELD_LIMIT) return invalid('form', 'holds too much')
  }
  const raw = new Map<string, unknown>()
  for (const [name, type] of Object.entries(schema.shape)) {
    const values = fields.get(name)
    fields.delete(name)
    if (isList(type)) raw.set(name, values ?? [])
    else if (values && values.length > 1) return invalid(name, 'is given twice')
    else if (values) raw.set(name, values[0])
  }
  if (fields.size > 0) return invalid('form', 'holds an unknown field')
  const parsed = schema.safeParse(Object.fromEntries(raw))
  if (parsed.success) return { kind: 'parsed', value: parsed.data }
  const problems = parsed.error.issues.map(({ path, message }) => [String(path[0] ?? 'form'), message])
  return { kind: 'invalid', problems: Object.fromEntries(problems) }
}

function isList(type: unknown): boolean {
  if (type instanceof z.ZodArray) return true
  return (type instanceof z.ZodOptional || type instanceof z.ZodDefault) && isList(type.unwrap())
}
