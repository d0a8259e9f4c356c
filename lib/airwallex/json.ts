/** `numbers: 'text'` keeps every JSON number as the string it was written as: `1.10` stays `'1.10'`, not `1.1`. */
type ParseOptions = { readonly numbers?: 'number' | 'text'; readonly maxDepth?: number }

export type JsonParse = { readonly kind: 'parsed'; readonly value: unknown } | { readonly kind: 'unreadable' }

const MAX_DEPTH = 32
const UNREADABLE: JsonParse = { kind: 'unreadable' }

/**
 * Parses JSON from outside. Deeper than `maxDepth` (32) containers is unreadable, like any syntax error; the depth is
 * counted before parsing.
 *
 * Amounts need the source text, since a JSON number read as a double loses digits and trailing zeros. Node 20's
 * `JSON.parse` does not show it to a reviver, so the numbers are put in quotes first.
 */
export function parseJson(text: string, { numbers = 'number', maxDepth = MAX_DEPTH }: ParseOptions = {}): JsonParse {
  try {
    if (!isShallow(text, maxDepth)) return UNREADABLE
    const value: unknown = JSON.parse(text)
    // Only a text that is JSON already may be rewritten: then a quote outside a string always begins one.
    return { kind: 'parsed', value: numbers === 'text' ? JSON.parse(quoteNumbers(text)) : value }
  } catch {
    return UNREADABLE
  }
}

function isShallow(text: string, maxDepth: number): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '"') index = endOfString(text, index)
    else if (character === '{' || character === '[') {
      if (++depth > maxDepth) return false
    } else if (character === '}' || character === ']') depth--
  }
  return true
}

function quoteNumbers(text: string): string {
  const parts: string[] = []
  let copied = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (character === '"') index = endOfString(text, index)
    else if (/[-\d]/.test(character)) {
      const end = endOfNumber(text, index)
      parts.push(text.slice(copied, index), '"', text.slice(index, end), '"')
      copied = end
      index = end - 1
    }
  }
  return parts.join('') + text.slice(copied)
}

/** Index of the closing quote, or of the last character when there is none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === '"') return index
  }
  return text.length
}

function endOfNumber(text: string, start: number): number {
  let end = start
  while (end < text.length && /[-+.\deE]/.test(text[end] ?? '')) end++
  return end
}
