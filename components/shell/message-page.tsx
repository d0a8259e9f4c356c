'use client'

import { Message, type MessageProps } from './message'
import { PlainPage } from './plain-page'

/** A page that only says something. */
export function MessagePage(props: MessageProps) {
  return (
    <PlainPage>
      <Message {...props} />
    </PlainPage>
  )
}
