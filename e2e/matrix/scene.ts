import { builtAction } from '../built'
import type { Role, Sql } from '../fixtures'
import { type Ask, askForStream, asking } from './ask'
import { pathOf } from './entries'
import { callAction, type Fields, type Way } from './post-action'
import { createWorld, type Ids, PRINCIPALS, type Principal, type World } from './worlds'

/** What the answers are about, and who asks: the outsider asks for what is of `home`, everyone else is in it. */
export type Scene = {
  readonly origin: string
  readonly ask: Ask
  /** The asker's own workspace; an anonymous asker has none, and is treated as if it were home. */
  readonly own: World
  readonly ownIds: Ids
  /** Whose things the asker must never see. */
  readonly foreign: World
  readonly foreignIds: Ids
  /** Of home. */
  readonly homeIds: Ids
}

export async function setScene(sql: Sql, origin: string, principal: Principal): Promise<Scene> {
  const [home, elsewhere] = [await createWorld(sql), await createWorld(sql)]
  const role: Role = principal === 'anonymous' || principal === 'outsider' ? 'owner' : principal
  const [own, foreign] = principal === 'outsider' ? [elsewhere, home] : [home, elsewhere]
  const homeIds = home.ids(role)
  const token = principal === 'anonymous' ? null : own.tokens[role]
  return {
    origin,
    ask: asking(origin, token),
    own,
    ownIds: own.ids(role),
    foreign,
    foreignIds: foreign.ids('owner'),
    homeIds,
  }
}

/** The cell of a row: of a principal, or of everyone. */
export function cell(row: string, principal: Principal): string {
  const cells = row.split(' ')
  const found = cells.length === 1 ? cells[0] : cells[PRINCIPALS.indexOf(principal)]
  if (!found || (cells.length !== 1 && cells.length !== PRINCIPALS.length))
    throw new Error(`A row is not whole: ${row}`)
  return found
}

export const secretIn = (body: string, { own, foreign }: Scene, principal: Principal) =>
  [...foreign.secrets, ...(principal === 'anonymous' ? own.secrets : [])].find((secret) => body.includes(secret))

export const shownBy = (shows: string | ((own: World) => string), own: World) =>
  typeof shows === 'string' ? shows : shows(own)

/** Next answers a plain form that an action forbids with the page for what does not exist. */
export const refusedFor = (way: Way) => (way === 'script' ? '403' : '404')

/** Of a row: a script that has no session is told so, and not led anywhere. */
export function wantedOf(answers: string, principal: Principal, way: Way): string {
  const wanted = cell(answers, principal)
  if (wanted === '403') return refusedFor(way)
  return way === 'script' && wanted === '→/sign-in' ? '401' : wanted
}
export const isRefused = (answers: string, principal: Principal) =>
  ['403', '→/sign-in'].includes(cell(answers, principal))
export const ownHeaders = ({ origin }: Scene) => ({ origin, 'sec-fetch-site': 'same-origin' })
export const idless = (said: string, fields: Fields) =>
  Object.values(fields).reduce((rest, value) => rest.replace(value, 'ID'), said)

/** Reads from Airwallex while it is rendered, as it is after an action of a script. */
export const LIVE = '/connections/[id]'

export type Calling = {
  action: string
  fields: Fields
  way: Way
  headers: Readonly<Record<string, string>>
  path?: string
}

export function callIn({ ask, homeIds }: Scene, { action, path, ...call }: Calling) {
  const pages = builtAction(action).pages.filter((address) => address !== LIVE)
  const [page = '/'] = pages.sort((one, other) => one.length - other.length)
  return callAction((question) => askForStream(ask, question), { action, path: path ?? pathOf(page, homeIds), ...call })
}
