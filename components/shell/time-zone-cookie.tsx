'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

type Props = {
  readonly name: string
  /** The zone this page was rendered in; null for UTC. */
  readonly rendered: string | null
  readonly secure: boolean
}

/** Sends the browser's time zone to the server, and renders again if the server assumed another. */
export function TimeZoneCookie({ name, rendered, secure }: Props) {
  const router = useRouter()
  useEffect(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const cookie = `${name}=${zone}`
    if (!zone || zone === rendered || document.cookie.split('; ').includes(cookie)) return
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in older browsers
    document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${secure ? '; secure' : ''}`
    router.refresh()
  }, [name, rendered, secure, router])
  return null
}
