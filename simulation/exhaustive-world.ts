import type { AttemptState } from '@/lib/rotation/attempt/state'
import type { Command } from '@/lib/rotation/commands'
import { scaledFigures } from '@/lib/rotation/figures'
import { grantColumns } from '@/lib/rotation/row/grant-statements'
import type { CredentialRow } from '@/lib/rotation/row/row'
import type { Outcome } from '@/lib/rotation/run/perform'
import { type Dialect, type Grant, startGrant } from '@/sandbox/state/grants'

// One state of the exhaustive search: a row, a grant at Airwallex, two processes and what they are doing. Time goes in
// steps of five seconds, so every figure is the protocol's own, divided.

export const STEP_MS = 5_000
export const figures = scaledFigures(STEP_MS)
export const GENERATIONS = 3

export type Process = {
  readonly alive: boolean
  readonly frozen: boolean
  readonly flow: AttemptState | null
  readonly command: Command | null
  /** When the command was issued. */
  readonly since: number
  /** What a frozen process will find when it thaws: its command has already run. */
  readonly outcome: Outcome | null
}

export type Request = {
  readonly by: 0 | 1
  readonly serial: number
  readonly since: number
  /** A serial, or null for `invalid_grant`. `silent`: processed, and the answer never comes. */
  readonly answer: number | null | 'open' | 'silent'
}

export type World = {
  readonly now: number
  readonly row: CredentialRow
  readonly grant: Grant
  readonly processes: readonly [Process, Process]
  readonly requests: readonly Request[]
  readonly left: { readonly crash: boolean; readonly freeze: boolean; readonly lostAnswer: boolean }
  /** Since when an interrupted rotation waits for the next tick. */
  readonly dueSince: number | null
}

export const key = { workspaceId: 'w', connectionId: 'c' }
export const idle: Process = { alive: true, frozen: false, flow: null, command: null, since: 0, outcome: null }

export const upstream = (dialect: Dialect) => ({ dialect, graceMs: figures.graceMs, refreshTokenMs: 1e9 })

export function firstWorld(dialect: Dialect): World {
  const grant = {
    sealedAccessToken: '',
    sealedRefreshToken: '1',
    accessTokenLifeSeconds: 300,
    refreshTokenLifeSeconds: 1e6,
    elapsedMs: 0,
    keepAliveInMs: 1e9,
  }
  const row = {
    ...key,
    ...grantColumns(grant, 0),
    grantNo: 1,
    generation: 1,
    fence: 0,
    frozenAt: null,
    quarantinedAt: null,
  }
  return {
    now: 0,
    row,
    grant: startGrant(0, upstream(dialect)),
    processes: [idle, idle],
    requests: [],
    left: { crash: true, freeze: true, lostAnswer: true },
    dueSince: null,
  }
}
