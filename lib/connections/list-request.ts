import { isId } from '@/lib/ids'

/** What a list shows: `attention` is everything that someone has to do something about. */
export const LIST_FILTERS = ['all', 'attention', 'active', 'disconnected'] as const
export type ListFilter = (typeof LIST_FILTERS)[number]

export type ListRequest = {
  readonly filter: ListFilter
  /** Part of a name or the beginning of an account id; empty for all. */
  readonly search: string
  /** The last id of the page before. */
  readonly after: string | null
}

const MAX_SEARCH_CHARACTERS = 100

/** Reads the address of a list; whatever is not understood is left out. */
export function parseListRequest(
  parameters: Readonly<Record<string, string | readonly string[] | undefined>>,
): ListRequest {
  const single = (name: string) => {
    const value = parameters[name]
    return typeof value === 'string' ? value : ''
  }
  const after = single('after')
  return {
    filter: LIST_FILTERS.find((filter) => filter === single('show')) ?? 'all',
    search: single('q').replaceAll('\u0000', '').trim().slice(0, MAX_SEARCH_CHARACTERS),
    after: isId(after) ? after : null,
  }
}
