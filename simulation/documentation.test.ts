import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mutants } from './mutants'

const page = new URL('../docs/rotation.md', import.meta.url)
const text = readFileSync(page, 'utf8')

/** What stands under this heading, up to the next. */
function section(heading: string): string {
  const [, found = ''] = text.split(`\n${heading}\n`)
  expect(found, heading).not.toBe('')
  return found.split(/^#/m)[0] ?? ''
}

const rows = (of: string) =>
  of
    .split('\n')
    .flatMap((line) => (line.startsWith('| ') ? [line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))] : []))

describe('docs/rotation.md', () => {
  const matrix = rows(section('## Fault matrix')).filter(([number]) => number !== '#')

  it('has one row for each fault from F01 to F38, in this order', () => {
    const all = Array.from({ length: 38 }, (_, n) => `F${String(n + 1).padStart(2, '0')}`)
    expect(matrix.map(([number]) => number)).toEqual(all)
  })

  it.each(matrix.map((cells) => [cells[0] ?? '', cells[3] ?? ''] as const))(
    'names tests of %s that exist',
    (number, tests) => {
      const named = [...tests.matchAll(/\]\((?<file>[^)]+)\): "(?<title>[^"]+)"/g)]
      expect(named.length).toBeGreaterThan(0)
      for (const { groups } of named) {
        const title = groups?.title ?? ''
        expect(title.startsWith(`${number}:`)).toBe(true)
        const source = readFileSync(new URL(groups?.file ?? '', page), 'utf8')
        expect(["'", '"', '`'].some((quote) => source.includes(quote + title))).toBe(true)
      }
    },
  )

  it('names every file of lib/rotation in its file table', () => {
    const folder = new URL('../lib/rotation', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^(?!testing\/).*(?<!\.test)\.ts$/.test(file),
    )
    const named = [...section('## Where it is').matchAll(/\]\(\.\.\/lib\/rotation\/([^)]+)\)/g)].map(([, file]) => file)
    expect(named.toSorted()).toEqual(files.toSorted())
  })

  it('says of every mutant which step it lacks', () => {
    const named = rows(section('### What dies without it')).flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    )
    expect(named.toSorted()).toEqual(Object.keys(mutants).toSorted())
  })
})
