'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Has the server render the page once more, where a part of it found out that the rest is out of date. */
export function RenderAgain() {
  const router = useRouter()
  useEffect(() => router.refresh(), [router])
  return null
}
