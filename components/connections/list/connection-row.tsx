'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { TONE_TEXT } from '@/components/ui/tone'
import type { ConnectionRowWords } from './row-words'

/**
 * One connection in the list: cells of a table, and below 768 px a card of two lines made of the same cells (globals.css,
 * `.connections`). A client component, so that a page carries its words and not its elements twice.
 */
export function ConnectionRow({ row }: { readonly row: ConnectionRowWords }) {
  return (
    <tr>
      <td>
        {/* The whole row is the link's target; the link itself is in the first cell. */}
        <Link href={`/connections/${row.id}`} prefetch={false}>
          <ForeignText truncate>{row.name}</ForeignText>
        </Link>
        <small className={row.accountId ? 'font-mono' : undefined}>{row.accountId ?? 'Name not known'}</small>
      </td>
      <td>
        <ForeignText truncate>{row.type ?? '–'}</ForeignText>
        <small>{row.country}</small>
      </td>
      <td>
        <Labelled value={row.status} isColored />
        <small>{row.statusLine}</small>
      </td>
      <td>{row.accountStatus ? <Labelled value={row.accountStatus} /> : 'Not known'}</td>
      <td>
        <Instant value={row.lastActivity} />
      </td>
      <td>{row.lapses ? <Instant value={row.lapses} /> : '–'}</td>
    </tr>
  )
}

type LabelledProps = {
  readonly value: ConnectionRowWords['status']
  /** Colors the word too, unless all is well. */
  readonly isColored?: boolean
}

function Labelled({ value: { label, tone, icon }, isColored = false }: LabelledProps) {
  return (
    <span className="labelled">
      <Icon name={icon} className={TONE_TEXT[tone]} />
      <bdi className={clsx(isColored && tone !== 'positive' && TONE_TEXT[tone]) || undefined} title={label}>
        {label}
      </bdi>
    </span>
  )
}

const Instant = ({ value }: { readonly value: ConnectionRowWords['lastActivity'] }) => (
  <time dateTime={value.iso} title={value.exact}>
    {value.text}
  </time>
)
