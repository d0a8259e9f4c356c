import { describe, expect, it } from 'vitest'
import { type CursorPage, cursorPage, numberedPage } from './paging'

const items = Array.from({ length: 25 }, (_, index) => index)
const limits = { defaultSize: 10, minSize: 1, maxSize: 20, maxNumber: 100 }
const query = (text: string) => new URLSearchParams(text)

describe('numbered pages', () => {
  it('count from 0 and say whether there are more', () => {
    expect(numberedPage(items, query(''), limits)).toEqual({ kind: 'page', items: items.slice(0, 10), hasMore: true })
    expect(numberedPage(items, query('page_num=2'), limits)).toEqual({
      kind: 'page',
      items: items.slice(20),
      hasMore: false,
    })
    expect(numberedPage(items, query('page_num=3'), limits)).toEqual({ kind: 'page', items: [], hasMore: false })
  })

  it.each(['page_num=-1', 'page_num=101', 'page_num=x', 'page_size=0', 'page_size=21'])('refuse %s', (text) => {
    expect(numberedPage(items, query(text), limits)).toEqual({ kind: 'invalid', source: text.split('=')[0] })
  })
})

describe('cursor pages', () => {
  it('walk forth and back over everything once, with null at both ends', () => {
    const seen: number[] = []
    let cursor: string | null = '0'
    let last: CursorPage<number> | undefined
    while (cursor !== null) {
      const page: CursorPage<number> = cursorPage(items, new URLSearchParams({ page: cursor }), limits)
      if (page.kind === 'invalid') throw new Error(page.source)
      if (cursor === '0') expect(page.before).toBeNull()
      seen.push(...page.items)
      cursor = page.after
      last = page
    }
    expect(seen).toEqual(items)
    const back =
      last?.kind === 'page' ? cursorPage(items, new URLSearchParams({ page: last.before ?? '' }), limits) : null
    expect(back).toMatchObject({ items: items.slice(10, 20) })
  })

  it.each(['page=nonsense', 'page=b2Zmc2V0Ojk5OQ', 'page_size=21'])('refuse %s', (text) => {
    expect(cursorPage(items, query(text), limits)).toEqual({ kind: 'invalid', source: text.split('=')[0] })
  })
})
