import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Links of a page under `folder` to files and headings that are not there. */
export function brokenLinks(page: string, folder: string): string[] {
  return linksOf(page, folder).flatMap(({ target, file, anchor }) => {
    if (file !== null && !existsSync(file)) return [`${target} is not there`]
    if (anchor === undefined) return []
    return anchors(file === null ? page : readFileSync(file, 'utf8')).includes(anchor)
      ? []
      : [`${target} has no such heading`]
  })
}

/**
 * What such a page claims and is not so: broken links, and quotations right behind a link to a test
 * (`[name](../path/x.test.ts): "part of a title", "another"`) that are in no title of it.
 */
export function brokenEvidence(page: string, folder: string): string[] {
  const misquoted = linksOf(page, folder).flatMap(({ target, file, quoted }) => {
    if (quoted.length === 0 || file === null || !existsSync(file)) return []
    const known = titles(readFileSync(file, 'utf8'))
    return quoted.filter((title) => !known.includes(title)).map((title) => `${target} has no "${title}"`)
  })
  return [...brokenLinks(page, folder), ...misquoted]
}

/** Those that stay in the repository; `file` is null for the page itself. */
function linksOf(page: string, folder: string) {
  const links = page.matchAll(/\]\(([^)\s]+)\)(?::((?:,? "[^"]+")+))?/g)
  return [...links].flatMap(([, target = '', quotations = '']) => {
    if (/^(https?|mailto):/.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const quoted = [...quotations.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title)
    return [{ target, file: path === '' ? null : join(folder, path), anchor, quoted }]
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
