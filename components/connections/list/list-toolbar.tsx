import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { LIST_FILTERS, type ListFilter, type ListRequest } from '@/lib/connections/list-request'
import { listHref } from './list-href'

const LABELS: Readonly<Record<ListFilter, string>> = {
  all: 'All',
  attention: 'Needs attention',
  active: 'Active',
  disconnected: 'Disconnected',
}

/** Filter and search, both in the address. */
export function ListToolbar({ request }: { readonly request: ListRequest }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <nav aria-label="Filter connections" className="-mx-1 overflow-x-auto px-1">
        <ul className="flex gap-1">
          {LIST_FILTERS.map((filter) => (
            <li key={filter}>
              <Link
                href={listHref({ ...request, filter, after: null })}
                prefetch={false}
                aria-current={filter === request.filter ? 'page' : undefined}
                className="filter-item"
              >
                {LABELS[filter]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <search className="w-full sm:w-72">
        <form action="/connections" method="get" className="flex gap-2">
          {request.filter !== 'all' && <input type="hidden" name="show" value={request.filter} />}
          <div className="relative flex-1">
            <Icon
              name="search"
              className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-muted"
            />
            <input
              key={request.search}
              type="search"
              name="q"
              defaultValue={request.search}
              maxLength={100}
              aria-label="Search connections by name or account id"
              placeholder="Name or account id"
              className="search-field"
            />
          </div>
          <Button
            type="submit"
            variant="secondary"
            size="sm"
            className="sr-only focus:not-sr-only focus:h-8 focus:px-2.5"
          >
            Search
          </Button>
        </form>
      </search>
    </div>
  )
}
