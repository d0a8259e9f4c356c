'use client'

import { ButtonLink } from '@/components/ui/button-link'

export type MessageProps = {
  readonly title: string
  readonly body: string
  readonly href: string
  readonly action: string
}

/**
 * Says something and leads on. A client component, since Next sends the not-found, forbidden and unauthorized pages along
 * with every page, and this way only their words.
 */
export function Message({ title, body, href, action }: MessageProps) {
  return (
    <>
      <h1 className="text-xl font-semibold tracking-[-0.01em]">{title}</h1>
      <p className="mt-2 text-text-muted">{body}</p>
      <ButtonLink href={href} className="mt-6">
        {action}
      </ButtonLink>
    </>
  )
}
