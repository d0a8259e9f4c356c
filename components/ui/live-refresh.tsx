'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const SOON_MS = 2_000
const LATER_MS = 15_000
const PATIENCE_MS = 15 * 60_000

type Props = {
  /** Whether something on the page is about to change by itself. */
  readonly isOpen: boolean
}

/**
 * Has the server render the page again: whenever somebody comes back to it, and every few seconds while something on it
 * is open. Not while it is hidden, ever less often, and not for longer than a quarter of an hour: whoever left a page
 * lying open is signed out like anybody else.
 */
export function LiveRefresh({ isOpen }: Props) {
  const router = useRouter()
  useEffect(() => {
    const refreshIfSeen = () => {
      if (document.visibilityState === 'visible') router.refresh()
    }
    document.addEventListener('visibilitychange', refreshIfSeen)
    return () => document.removeEventListener('visibilitychange', refreshIfSeen)
  }, [router])
  useEffect(() => {
    if (!isOpen) return
    const openedMs = performance.now()
    let timer: number | undefined
    const wait = () => {
      const elapsedMs = performance.now() - openedMs
      if (elapsedMs > PATIENCE_MS) return
      timer = window.setTimeout(
        () => {
          if (document.visibilityState === 'visible') router.refresh()
          wait()
        },
        Math.min(LATER_MS, SOON_MS + elapsedMs / 20),
      )
    }
    wait()
    return () => window.clearTimeout(timer)
  }, [router, isOpen])
  return null
}
