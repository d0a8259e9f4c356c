'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const SOON_MS = 2_000
const LATER_MS = 15_000
const PATIENCE_MS = 15 * 60_000
const READY_MS = 5_000

type Props = {
  /** Whether something on the page is about to change by itself. */
  readonly isOpen: boolean
}

/**
 * Refreshes the page from the server when someone returns to it, and every few seconds while something on it is open.
 * It pauses while the page is hidden, slows down over time and stops after a quarter of an hour, so an abandoned page
 * does not keep its session alive.
 */
export function LiveRefresh({ isOpen }: Props) {
  const router = useRouter()
  useEffect(() => {
    const openedMs = performance.now()
    let isOver = false
    let timer: number | undefined
    const refreshIfSeen = async () => {
      if (document.visibilityState === 'visible' && (await isServerReady()) && !isOver) router.refresh()
    }
    const wait = () => {
      const elapsedMs = performance.now() - openedMs
      if (isOver || elapsedMs > PATIENCE_MS) return
      timer = window.setTimeout(() => refreshIfSeen().then(wait), Math.min(LATER_MS, SOON_MS + elapsedMs / 20))
    }
    if (isOpen) wait()
    document.addEventListener('visibilitychange', refreshIfSeen)
    return () => {
      isOver = true
      window.clearTimeout(timer)
      document.removeEventListener('visibilitychange', refreshIfSeen)
    }
  }, [router, isOpen])
  return null
}

/**
 * A refresh that fails makes Next load the whole page, which without a network or a server is the browser's own error
 * page: what was there to be read is gone, and nothing brings it back.
 */
const isServerReady = () =>
  fetch('/api/readyz', { cache: 'no-store', signal: AbortSignal.timeout(READY_MS) }).then(
    ({ ok }) => ok,
    () => false,
  )
