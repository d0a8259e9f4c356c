export type Page<Item> =
  | { kind: 'page'; items: Item[]; hasMore: boolean }
  | { kind: 'invalid'; source: 'page_num' | 'page_size' | 'page' }

export type PageLimits = { defaultSize: number; minSize: number; maxSize: number; maxNumber: number }

/** `page_num` from 0 and `page_size`, with `has_more`. */
export function numberedPage<Item>(items: readonly Item[], query: URLSearchParams, limits: PageLimits): Page<Item> {
  const number = integer(query.get('page_num'), 0)
  const size = integer(query.get('page_size'), limits.defaultSize)
  if (number === null || number > limits.maxNumber) return { kind: 'invalid', source: 'page_num' }
  if (size === null || size < limits.minSize || size > limits.maxSize) return { kind: 'invalid', source: 'page_size' }
  const start = number * size
  return { kind: 'page', items: items.slice(start, start + size), hasMore: start + size < items.length }
}

export type CursorPage<Item> =
  | { kind: 'page'; items: Item[]; hasMore: boolean; after: string | null; before: string | null }
  | { kind: 'invalid'; source: 'page' | 'page_size' }

/** Opaque cursors in `page`; none, or `0`, starts. Both neighbours are `null` at the ends. */
export function cursorPage<Item>(items: readonly Item[], query: URLSearchParams, limits: PageLimits): CursorPage<Item> {
  const size = integer(query.get('page_size'), limits.defaultSize)
  if (size === null || size < limits.minSize || size > limits.maxSize) return { kind: 'invalid', source: 'page_size' }
  const start = readCursor(query.get('page'))
  if (start === null || start > items.length) return { kind: 'invalid', source: 'page' }
  const end = start + size
  return {
    kind: 'page',
    items: items.slice(start, end),
    hasMore: end < items.length,
    after: end < items.length ? writeCursor(end) : null,
    before: start > 0 ? writeCursor(Math.max(0, start - size)) : null,
  }
}

function writeCursor(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url')
}

function readCursor(cursor: string | null): number | null {
  if (cursor === null || cursor === '' || cursor === '0') return 0
  return integer(/^offset:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1] ?? 'none', 0)
}

function integer(text: string | null, whenAbsent: number): number | null {
  if (text === null) return whenAbsent
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
