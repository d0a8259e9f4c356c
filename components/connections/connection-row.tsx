'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { TONE_TEXT } from '@/components/ui/tone'
import type { ConnectionRowWords } from './connection-row-words'

/** One connection in the list. A client component, so that a page carries its words and not its elements twice. */
export function ConnectionRow({ row }: { readonly row: ConnectionRowWords }) {
  return (
    <tr className="relative h-11 leading-5 transition-colors hover:bg-surface-sunken">
      <td className="py-1 md:pr-3">
        <div className="flex items-baseline justify-between gap-3">
          {/* The whole row is the link's target; the link itself is in the first cell. */}
          <Link
            href={`/connections/${row.id}`}
            prefetch={false}
            className="min-w-0 font-medium after:absolute after:inset-0"
          >
            <ForeignText truncate>{row.name}</ForeignText>
          </Link>
          <Instant value={row.lastActivity} className="shrink-0 text-sm text-text-muted md:hidden" />
        </div>
        <div className="flex items-center justify-between gap-3 text-xs text-text-muted">
          <Labelled value={row.status} isColored className="shrink-0 text-sm md:hidden" />
          {row.accountId ? (
            <span className="truncate font-mono">{row.accountId}</span>
          ) : (
            <span className="truncate">Name not known</span>
          )}
        </div>
      </td>
      <td className="px-3 py-1 max-lg:hidden">
        <ForeignText truncate>{row.type ?? '–'}</ForeignText>
        {row.country && <p className="truncate text-xs text-text-muted">{row.country}</p>}
      </td>
      <td className="px-3 py-1 max-md:hidden">
        <Labelled value={row.status} isColored />
        <p className="truncate text-xs text-text-muted">{row.statusLine}</p>
      </td>
      <td className="px-3 max-xl:hidden">
        {row.accountStatus ? (
          <Labelled value={row.accountStatus} />
        ) : (
          <span className="text-text-muted">Not known</span>
        )}
      </td>
      <td className="px-3 text-right whitespace-nowrap text-text-muted max-xl:pr-0 max-md:hidden">
        <Instant value={row.lastActivity} />
      </td>
      <td className="pl-3 text-right whitespace-nowrap text-text-muted max-xl:hidden">
        {row.lapses ? <Instant value={row.lapses} /> : '–'}
      </td>
    </tr>
  )
}

type LabelledProps = {
  readonly value: ConnectionRowWords['status']
  /** Colors the word too, unless all is well. */
  readonly isColored?: boolean
  readonly className?: string
}

function Labelled({ value: { label, tone, icon }, isColored = false, className }: LabelledProps) {
  return (
    <span className={clsx('flex min-w-0 items-center gap-1.5', className)}>
      <Icon name={icon} className={TONE_TEXT[tone]} />
      <bdi className={clsx('truncate', isColored && tone !== 'positive' && TONE_TEXT[tone])} title={label}>
        {label}
      </bdi>
    </span>
  )
}

type InstantProps = { readonly value: ConnectionRowWords['lastActivity']; readonly className?: string }

const Instant = ({ value, className }: InstantProps) => (
  <time dateTime={value.iso} title={value.exact} className={className}>
    {value.text}
  </time>
)
