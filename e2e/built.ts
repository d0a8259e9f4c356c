import { readFileSync } from 'node:fs'
import type { APIRequestContext, APIResponse } from '@playwright/test'
import { origins } from './origins'

// What the build says there is to ask for: every page, route and server action, listed or forgotten.

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(`../.next/${file}`, import.meta.url), 'utf8'))

type ActionManifest = { node: Record<string, { filename: string; exportedName: string; workers: object }> }

export type BuiltAction = {
  readonly id: string
  /** As in `app/(dashboard)/connections/actions.ts connect`. */
  readonly name: string
  /** Addresses of the pages that have it, such as `/connections/[id]`. */
  readonly pages: readonly string[]
}

export function builtActions(): BuiltAction[] {
  const { node } = read('server/server-reference-manifest.json') as ActionManifest
  const paths = read('app-path-routes-manifest.json') as Record<string, string>
  return Object.entries(node).map(([id, { filename, exportedName, workers }]) => ({
    id,
    name: `${filename} ${exportedName}`,
    pages: Object.keys(workers).map((worker) => paths[worker.replace(/^app/, '')] ?? worker),
  }))
}

/** The address of every page and route, such as `/connections/[id]`. */
export function builtRoutes(): string[] {
  return Object.values(read('app-path-routes-manifest.json') as Record<string, string>).sort()
}

/** What the action is called in its file. */
export const nameOf = ({ name }: BuiltAction) => name.split(' ').at(-1) ?? ''

export function builtAction(called: string): BuiltAction {
  const found = builtActions().find((action) => nameOf(action) === called)
  if (!found) throw new Error(`The build has no action ${called}`)
  return found
}

/** The body and the header of a call of an action: as React's runtime makes it, or as a plain form does. */
export function actionCall(called: string, fields: Readonly<Record<string, string>>, scripted: boolean) {
  const { id } = builtAction(called)
  // In this order: React reads the fields that its list of arguments refers to when it comes to that list.
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(scripted ? `_1_${name}` : name, value)
  if (scripted) form.set('0', '["$K1"]')
  else form.set(`$ACTION_ID_${id}`, '')
  const headers: Record<string, string> = scripted ? { 'next-action': id } : {}
  return { form, headers }
}

type Post = {
  /** An address of a page that has the action. */
  readonly path: string
  /** What the action is called in its file. */
  readonly action: string
  readonly fields?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** As React's runtime posts it; else as a plain form does. */
  readonly scripted?: boolean
}

/** Posts to a server action as anyone can, without a page, a button or a browser's good manners. */
export async function postAction(request: APIRequestContext, post: Post): Promise<APIResponse> {
  const { path, action, fields = {}, headers = { origin: origins.app }, scripted = false } = post
  const { form: multipart, headers: own } = actionCall(action, fields, scripted)
  return request.post(path, { multipart, headers: { ...headers, ...own }, maxRedirects: 0 })
}
