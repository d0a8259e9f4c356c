import { z } from 'zod'

const MAX_CHARACTERS = 300

// Control characters (also NUL, which jsonb refuses), and the marks that reorder text on a page (Trojan Source).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const UNWANTED = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * One line of text from Airwallex, which took it from its customers: safe to store, to log and to show (React escapes
 * it), at most 300 characters. Null when nothing is left.
 */
export function plainText(value: string): string | null {
  const text = value
    .slice(0, 4 * MAX_CHARACTERS)
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(UNWANTED, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const characters = Array.from(text)
  const shown = characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…` : text
  return shown === '' ? null : shown
}

// Every field of Airwallex's objects is optional and its versions differ, so a field of another type than expected
// counts as absent, and costs its neighbours nothing.

export const wireText = z.string().transform(plainText).nullable().catch(null).default(null)

export const wireTexts = z
  .array(wireText)
  .transform((texts) => texts.filter((text) => text !== null).slice(0, 100))
  .catch([])
  .default([])

/**
 * `2025-07-24T07:16:00+0000` (no colon), `+00:00` and `Z` all occur. Gives ISO 8601 in UTC. Without an offset it is no
 * instant: `Date` would take the zone of this process.
 */
export const wireInstant = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:?\d{2})$/)
  .transform((text) => new Date(text))
  .refine((instant) => !Number.isNaN(instant.getTime()))
  .transform((instant) => instant.toISOString())
  .nullable()
  .catch(null)
  .default(null)

/** An object of the shape, or an empty one in its place. */
export function wireObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const object = z.object(shape)
  return object.catch(() => object.parse({})).default(() => object.parse({}) as never)
}

/** A value that Airwallex lists, or one not listed (yet), kept as it came. */
export type Recognizable<Known extends string> = { readonly known: Known } | { readonly unrecognized: string }

export function recognize<const Known extends string>(
  known: readonly Known[],
  value: string | null,
): Recognizable<Known> | null {
  if (value === null) return null
  const found = known.find((candidate) => candidate === value)
  return found === undefined ? { unrecognized: value } : { known: found }
}
