import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@/scripts/prepare.mjs'
import type { Ids } from './worlds'

const read = (file: string) => JSON.parse(readFileSync(join(root, '.next', file), 'utf8'))

/** File, such as `/(dashboard)/audit/page`, by address, such as `/audit`. */
function built(kind: 'page' | 'route'): Readonly<Record<string, string>> {
  const addresses: Record<string, string> = read('app-path-routes-manifest.json')
  const files = Object.keys(read('server/app-paths-manifest.json')).filter((file) => file.endsWith(`/${kind}`))
  return Object.fromEntries(files.map((file) => [addresses[file] ?? file, file]))
}
export const builtPages = () => built('page')
export const builtRouteHandlers = () => built('route')

/** Whatever else a build of Next can answer with; there is to be nothing of it. */
export function otherEntries(): readonly string[] {
  const { redirects, rewrites, dataRoutes } = read('routes-manifest.json')
  const { edge } = read('server/server-reference-manifest.json')
  const own = ['/_app', '/_document', '/_error', '/404', '/500']
  const pages = Object.keys(read('server/pages-manifest.json')).filter((page) => !own.includes(page))
  const rewritten = Object.values(rewrites as Record<string, unknown[]>).flat()
  return [
    ...pages,
    ...[...redirects, ...rewritten, ...dataRoutes].map((entry) => JSON.stringify(entry)),
    ...Object.keys(edge),
  ]
}

const PARAMETERS: Readonly<Record<string, (ids: Ids, address: string) => string>> = {
  '[id]': (ids, address) => (address.startsWith('/connect/') ? ids.resultId : ids.connectionId),
  '[userId]': ({ memberId }) => memberId,
  '[token]': ({ invitationToken }) => invitationToken,
}

/** The address of a page with these ids in it. */
export const pathOf = (address: string, ids: Ids) =>
  address.replace(/\[\w+\]/g, (name) => PARAMETERS[name]?.(ids, address) ?? name)
