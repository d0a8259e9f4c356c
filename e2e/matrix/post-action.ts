import { actionCall } from '../built'
import type { Answer, Ask } from './ask'

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

/** Calls an action as anyone can who has read its id in the page's script. */
export function callAction(ask: Ask, { action, fields, way, path, headers }: Call): Promise<Answer> {
  const { form: body, headers: own } = actionCall(action, fields, way === 'script')
  return ask({ method: 'POST', path, body, headers: { ...headers, ...own } })
}
