import type { Answer } from './ask'

// What an answer amounts to, in the words of the tables: a status, or the address that it leads to.

/** React's stream answers 200 and says inside what a page would have answered. */
const IN_STREAM = /"digest":"(?:NEXT_REDIRECT;\w+;([^;"]+);\d+;|NEXT_HTTP_ERROR_FALLBACK;(\d+))"/

/**
 * `404`, `403`, …, `→/sign-in`; `200` only for what has `shown` in it. A refusal with `shown` in it says so too, and is
 * then equal to nothing in any table.
 */
export function judge(answer: Answer, origin: string, shown: string): string {
  const streamed = answer.headers['content-type']?.startsWith('text/x-component') ? IN_STREAM.exec(answer.body) : null
  const location = answer.headers['x-action-redirect'] ?? answer.headers.location ?? streamed?.[1]
  const isShown = answer.body.includes(shown) || textOf(answer.body).includes(shown)
  const said = location ? `→${placeOf(String(location), origin)}` : (streamed?.[2] ?? String(answer.status))
  if (said === '200') return isShown ? said : '200 without what is to be shown'
  return isShown && shown !== '' ? `${said} with what is to be shown` : said
}

/** An address of ours without its query and with `[id]` for any id; the whole address of anyone else. */
function placeOf(location: string, origin: string): string {
  const url = new URL(location.replace(/;(push|replace)$/, ''), origin)
  return url.origin === origin ? url.pathname.replace(ID, '[id]') : `${url.origin}${url.pathname}`
}

/** What a reader sees: React separates its texts by comments, and escapes some characters. */
function textOf(html: string): string {
  return html.replaceAll('<!-- -->', '').replaceAll('&#x27;', "'").replaceAll('&amp;', '&')
}

const PASSING = new Set(['date', 'content-length', 'keep-alive', 'connection', 'etag', 'content-security-policy'])

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Of one rendering. */
const KEY = /"[\w-]{21}[vm]"/g
/** The exact instant beside it is compared. */
const AGO = /\bjust now\b|\b\d+ \w+ ago\b|\bin \d+ (?:second|minute|hour)s?\b/g
const REFERENCE = /^[0-9a-f]+:|\$[A-Za-z@]?[0-9a-f]+\b/g

/**
 * The whole answer, a row of its stream each, without what differs between any two: nonces, references, ids, how long
 * ago something was, and where the stream was cut into pieces. `asked` is what was asked for and is no UUID.
 */
export function comparable({ status, headers, body }: Answer, asked: string): readonly string[] {
  const nonce = /nonce\\?"?[=:]\\?"([\w+/=]{20,})/.exec(body)?.[1] ?? 'none'
  const plain = (text: string) =>
    text
      .replaceAll(asked, 'ID')
      .replaceAll(nonce, 'NONCE')
      .replace(ID, 'ID')
      .replace(REFERENCE, '$')
      .replace(KEY, 'KEY')
      .replace(AGO, 'AGO')
      .replace(/digest\\?":\\?"\d+/g, 'digest')
  const kept = Object.entries(headers).filter(([name]) => !PASSING.has(name))
  const rows = body
    .replace(/"\]\)<\/script><script[^>]*>self\.__next_f\.push\(\[1,"/g, '')
    .split(/\n|\\n/)
    .map(plain)
    .sort()
  return [String(status), ...kept.map((header) => plain(header.join(': '))), ...rows]
}

/** What one answer has and another has not, short enough to be read. */
export function differences(one: readonly string[], other: readonly string[]): readonly string[] {
  const beyond = (rows: readonly string[], than: readonly string[]) => rows.filter((row) => !than.includes(row))
  const [more, less] = [beyond(one, other), beyond(other, one)]
  return [...more.map((row, index) => around(row, less[index] ?? '')), ...less.slice(more.length)]
}

function around(row: string, other: string): string {
  let same = 0
  while (same < row.length && row[same] === other[same]) same += 1
  const start = Math.max(0, same - 80)
  return `${row.slice(start, same + 120)} ≠ ${other.slice(start, same + 120)}`
}
