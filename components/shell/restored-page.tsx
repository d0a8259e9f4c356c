'use client'

import { useEffect } from 'react'

/**
 * A browser may show a page as it was when someone goes back to it, without asking us: then it is loaded again, so that
 * no one reads what belongs to a session that has ended.
 */
export function RestoredPage() {
  useEffect(() => {
    const reload = ({ persisted }: PageTransitionEvent) => {
      if (persisted) location.reload()
    }
    addEventListener('pageshow', reload)
    return () => removeEventListener('pageshow', reload)
  }, [])
  return null
}
