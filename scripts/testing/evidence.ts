import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What a page under `folder` claims and is not so: links to files and headings that are not there, and quotations right
 * behind a link to a test (`[name](../path/x.test.ts): "part of a title", "another"`) that are in no title of it.
 */
export function brokenEvidence(page: string, folder: string): string[] {
  const links = page.matchAll(/\]\(([^)\s]+)\)(?::((?:,? "[^"]+")+))?/g)
  return [...links].flatMap(([, target = '', quotations = '']) => {
    if (/^https?:/.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? null : join(folder, path)
    if (file !== null && !existsSync(file)) return [`${target} is not there`]
    const text = file === null ? page : file.includes('.') ? readFileSync(file, 'utf8') : ''
    if (anchor !== undefined && !anchors(text).includes(anchor)) return [`${target} has no such heading`]
    const quoted = [...quotations.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title)
    return quoted.filter((title) => !titles(text).includes(title)).map((title) => `${target} has no "${title}"`)
  })
}

/** As GitHub makes them. */
function anchors(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What `describe`, `it` and `test` are called with, also behind a table (`it.each(…)('…')`), in one text. */
function titles(source: string): string {
  const calls = source.matchAll(/(?:\b(?:describe|it|test)(?:\.\w+)*\(|\)\()\s*(['"`])((?:\\.|(?!\1).)*)\1/g)
  return [...calls].map(([, , title = '']) => title.replaceAll("\\'", "'")).join('\n')
}
