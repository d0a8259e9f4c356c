'use client'

import clsx from 'clsx'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from 'react'

type Props = {
  /** Names the menu, after whatever text its summary shows; for assistive technology only. */
  readonly label: string
  /** What the closed menu shows. */
  readonly summary: ReactNode
  readonly summaryClassName?: string | undefined
  readonly panelClassName?: string | undefined
  readonly className?: string | undefined
  readonly children: ReactNode
}

/**
 * A disclosure of links and forms, made of `<details>` so that it opens without JavaScript. With it, Escape (focus
 * returns to the summary), a press outside, leaving it by keyboard and choosing a link all close it.
 */
export function Menu({ label, summary, summaryClassName, panelClassName, className, children }: Props) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const closeFromOutside = (event: Event) => {
      const menu = details.current
      if (menu?.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false
    }
    document.addEventListener('pointerdown', closeFromOutside)
    document.addEventListener('focusin', closeFromOutside)
    return () => {
      document.removeEventListener('pointerdown', closeFromOutside)
      document.removeEventListener('focusin', closeFromOutside)
    }
  }, [])
  const closeOnEscape = (event: KeyboardEvent<HTMLDetailsElement>) => {
    if (event.key !== 'Escape' || !event.currentTarget.open) return
    event.currentTarget.open = false
    event.currentTarget.querySelector('summary')?.focus()
  }
  const closeOnChoice = (event: MouseEvent<HTMLDetailsElement>) => {
    if (event.target instanceof Element && event.target.closest('a')) event.currentTarget.open = false
  }
  return (
    <details ref={details} className={clsx('relative', className)} onKeyDown={closeOnEscape} onClick={closeOnChoice}>
      <summary className={summaryClassName}>
        {summary}
        <span className="sr-only">{label}</span>
      </summary>
      <div className={clsx('menu-panel', panelClassName)}>{children}</div>
    </details>
  )
}
