import type { ListRequest } from '@/lib/connections/list-request'

/** The address of a list; what is not said stands for the default. */
export function listHref({ filter, search, after }: ListRequest): string {
  const parameters = new URLSearchParams()
  if (filter !== 'all') parameters.set('show', filter)
  if (search) parameters.set('q', search)
  if (after) parameters.set('after', after)
  const query = parameters.toString()
  return query ? `/connections?${query}` : '/connections'
}
