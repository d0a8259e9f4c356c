import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brokenEvidence } from './testing/evidence'

// docs/security.md says of every threat what holds it, docs/asvs.md of every requirement whether it is met, and both by
// which tests that is seen. They stay true here.

const page = readFileSync('docs/asvs.md', 'utf8')
const security = readFileSync('docs/security.md', 'utf8')

/** What the standard's version 5.0 asks at levels 1 and 2: section and its numbers. */
const ASKED = `1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5
  3.7:1-2 4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4 5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5
  6.6:1-3 6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1 9.1:1-3 9.2:1-4
  10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
  12.1:1-3 12.2:1-2 12.3:1-4 13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7
  16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1-1 17.2:1-4 17.3:1-2`
const asked = ASKED.split(/\s+/).flatMap((entry) => {
  const [section, range = ''] = entry.split(':')
  const [from = 0, to = 0] = range.split('-').map(Number)
  return Array.from({ length: to - from + 1 }, (_, n) => `${section}.${from + n}`)
})

/** The rows of a page's tables whose first cell looks like `id`. */
const rowsOf = (text: string, id: RegExp) =>
  text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, first = '', ...rest]) => (id.test(first) ? [[first, ...rest] as const] : []))

const rows = rowsOf(page, /^\d+\.\d+\.\d+$/).map(([id, asks, verdict, shownBy]) => ({ id, asks, verdict, shownBy }))
const threats = rowsOf(security, /^T\d+$/).map(([id, threat, control, shownBy, status]) => {
  return { id, threat, control, shownBy, status }
})

describe('the table of threats', () => {
  it('has every threat once and in order, each with what stands against it', () => {
    expect(threats.map(({ id }) => id)).toEqual(
      Array.from({ length: 43 }, (_, n) => `T${String(n + 1).padStart(2, '0')}`),
    )
    expect(threats.filter(({ threat, control }) => !threat || !control)).toEqual([])
  })

  it('says of each whether it is held, and names a test for it', () => {
    expect(threats.filter(({ status }) => !/^(held|partly: .+|open)(; .+)?$/.test(status ?? ''))).toEqual([])
    expect(threats.filter(({ shownBy }) => !/\]\(\S+\.(test|spec)\.ts\)/.test(shownBy ?? ''))).toEqual([])
  })

  it('quotes titles of tests that there are, and links to what there is', () => {
    expect(brokenEvidence(security, 'docs')).toEqual([])
  })
})

describe('the page on the verification standard', () => {
  it('has every requirement of levels 1 and 2, once and in order', () => {
    expect(asked).toHaveLength(253)
    expect(rows.map(({ id }) => id)).toEqual(asked)
  })

  it('counts what it says', () => {
    const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length
    expect(count('met') + count('n/a') + count('open')).toBe(rows.length)
    expect(page).toContain(
      `${rows.length} of them, **${count('met')} met, ${count('n/a')} not applicable, ${count('open')} open**`,
    )
  })

  it('names a test or a page for whatever is met, and a reason for the rest', () => {
    expect(rows.filter(({ verdict, shownBy }) => verdict === 'met' && !shownBy?.includes(']('))).toEqual([])
    expect(rows.filter(({ shownBy }) => !shownBy)).toEqual([])
  })

  it('quotes titles of tests that there are, and links to what there is', () => {
    expect(brokenEvidence(page, 'docs')).toEqual([])
  })

  it('would notice a title, a file and a heading that are not there', () => {
    const broken = `[a](../scripts/security-pages.test.ts): "never was" [b](../scripts/nothing.test.ts) [c](security.md#never-was)`
    expect(brokenEvidence(broken, 'docs')).toHaveLength(3)
  })
})
