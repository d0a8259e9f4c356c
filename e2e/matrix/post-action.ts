import type { Answer, Ask } from './ask'
import { builtAction } from './entries'

export type Way = 'form' | 'script'
export type Fields = Readonly<Record<string, string>>

type Call = {
  readonly action: string
  readonly fields: Fields
  /** As a plain form posts it, or as React's runtime does. */
  readonly way: Way
  /** The page that it is posted to. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Calls an action as anybody can who has read its id in the page's script. */
export function callAction(ask: Ask, { action, fields, way, path, headers }: Call): Promise<Answer> {
  const { id } = builtAction(action)
  // In this order: React reads the fields that its list of arguments refers to when it comes to that list.
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(way === 'script' ? `_1_${name}` : name, value)
  if (way === 'script') body.set('0', '["$K1"]')
  else body.set(`$ACTION_ID_${id}`, '')
  return ask({ method: 'POST', path, body, headers: { ...headers, ...(way === 'script' && { 'next-action': id }) } })
}
