import clsx from 'clsx'
import type { MarkKind } from './lineage-copy'

const SHAPES: Readonly<Record<MarkKind, string | null>> = {
  authorized: 'M4 1a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  renewed: null,
  repaired: 'M4 .5 7.5 4 4 7.5.5 4Z',
  odd: 'M4 1 7.5 7H.5Z',
  ended: 'm1 1 6 6M7 1 1 7',
  unknown: null,
}

export const MARK_TEXT: Readonly<Record<MarkKind, string>> = {
  authorized: 'text-info',
  renewed: 'text-border-strong',
  repaired: 'text-positive',
  odd: 'text-caution',
  ended: 'text-critical',
  unknown: 'text-border-strong',
}

/** What stands on a generation's bar: filled for what went well in the end, open for the unusual, a cross for an end. */
export function LineageMark({ kind }: { readonly kind: MarkKind }) {
  const shape = SHAPES[kind]
  if (!shape) return null
  const isFilled = kind === 'authorized' || kind === 'repaired'
  return (
    <svg className={clsx('lineage-mark', MARK_TEXT[kind])} viewBox="0 0 8 8" aria-hidden="true">
      <path d={shape} {...(isFilled && { fill: 'currentColor' })} />
    </svg>
  )
}
