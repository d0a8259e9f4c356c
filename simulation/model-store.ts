import type { Figures } from '@/lib/rotation/figures'
import type { GrantStore, RotationStore, StatementResult } from '@/lib/rotation/ports'
import {
  applyBreakerReport,
  applyClaimCanary,
  applyTakeSlot,
  type BreakerRow,
  closedBreaker,
} from '@/lib/rotation/row/breaker'
import {
  applyDisconnect,
  applyDisconnectEvent,
  applyEndGrant,
  applyFreeze,
  applyLiftQuarantine,
  applyQuarantine,
  applyReauthorize,
  applyReject,
  applyTerminal,
  applyUnfreeze,
} from '@/lib/rotation/row/grant-statements'
import type { Lineage } from '@/lib/rotation/row/lineage'
import type { ConnectionKey, CredentialRow } from '@/lib/rotation/row/row'
import { type RotationScans, selectForKeepAlive, selectForRescue } from '@/lib/rotation/row/scans'
import {
  applyClaim,
  applyCommit,
  applyForce,
  applyMark,
  applyMarkLateProbe,
  applyRelease,
  applySetAside,
  applyUndo,
} from '@/lib/rotation/row/statements'
import { inStatement, type StatementFate } from './model-statement'
import type { VirtualTime } from './virtual-clock'

export type ModelStore = RotationStore &
  GrantStore &
  RotationScans & {
    readonly rows: Map<string, CredentialRow>
    readonly frozenWorkspaces: Set<string>
    readonly lineage: (ConnectionKey & Lineage)[]
    breaker(): BreakerRow
    row(key: ConnectionKey): CredentialRow
  }

type Options = {
  readonly time: VirtualTime
  readonly figures: Figures
  readonly latencyMs?: number
  /** Decides, per statement, what befalls it. */
  readonly fate?: (statement: string) => StatementFate
  /** How far the database's clock is off at this moment. */
  readonly clockStepMs?: () => number
  /** Told of every update as it commits. */
  readonly onChange?: (statement: string, before: CredentialRow, after: CredentialRow) => void
  /** Told of every update that matched nothing, with the row as it stood then. */
  readonly onRefusal?: (statement: string, key: ConnectionKey, row: CredentialRow | undefined) => void
}

/** The database as the pure statements say it behaves: one statement at a time, each committed by itself. */
export function modelStore({
  time,
  figures,
  latencyMs = 2,
  fate = () => 'ok',
  clockStepMs = () => 0,
  onChange = () => {},
  onRefusal = () => {},
}: Options): ModelStore {
  const rows = new Map<string, CredentialRow>()
  const frozenWorkspaces = new Set<string>()
  const lineage: (ConnectionKey & Lineage)[] = []
  let breaker = closedBreaker

  const now = () => time.now() + clockStepMs()
  const isFrozen = (row: CredentialRow) => row.frozenAt !== null || frozenWorkspaces.has(row.workspaceId)

  function statement<Result>(name: string, run: () => Result) {
    return inStatement(time, { latencyMs, limitMs: figures.statementMs }, fate(name), run)
  }

  type Apply = (row: CredentialRow, at: number) => CredentialRow | null

  function updating(name: string, key: ConnectionKey, apply: Apply, told?: Lineage): Promise<StatementResult> {
    return statement<StatementResult>(name, () => {
      const at = now()
      const row = rows.get(key.connectionId)
      const updated = row && row.workspaceId === key.workspaceId ? apply(row, at) : null
      if (!updated) {
        onRefusal(name, key, row)
        return { kind: 'refused' }
      }
      rows.set(key.connectionId, updated)
      onChange(name, row as CredentialRow, updated)
      if (told) lineage.push({ workspaceId: key.workspaceId, connectionId: key.connectionId, ...told })
      return { kind: 'applied', row: updated, at }
    })
  }

  function updatingBreaker(name: string, apply: (at: number) => BreakerRow | null) {
    return statement<{ kind: 'applied' } | { kind: 'refused' }>(name, () => {
      const updated = apply(now())
      breaker = updated ?? breaker
      return { kind: updated ? 'applied' : 'refused' }
    })
  }

  return {
    rows,
    frozenWorkspaces,
    lineage,
    breaker: () => breaker,
    row(key) {
      const row = rows.get(key.connectionId)
      if (!row) throw new Error(`No modelled row ${key.connectionId}`)
      return row
    },

    read: (key) =>
      statement('read', () => {
        const row = rows.get(key.connectionId)
        if (!row || row.workspaceId !== key.workspaceId) return { kind: 'absent' as const }
        return { kind: 'found' as const, reading: { row, frozen: isFrozen(row), breaker, at: now() } }
      }),
    claim: (args) => updating('claim', args, (row, at) => applyClaim(row, args, at)),
    mark: (args) => updating('mark', args, (row, at) => applyMark(row, args, at, isFrozen(row))),
    markLateProbe: (args) => updating('mark_late_probe', args, (row, at) => applyMarkLateProbe(row, args, at)),
    commit: (args) => updating('commit', args, (row, at) => applyCommit(row, args, at), args.lineage),
    undo: (args) => updating('undo', args, (row, at) => applyUndo(row, args, at)),
    release: (args) => updating('release', args, (row, at) => applyRelease(row, args, at)),
    force: (args) => updating('force', args, (row, at) => applyForce(row, args, at)),
    reject: (args) => updating('reject', args, (row, at) => applyReject(row, args, at), args.lineage),
    terminal: (args) => updating('terminal', args, (row, at) => applyTerminal(row, args, at), args.lineage),
    setAside: (args) => updating('set_aside', args, (row, at) => applySetAside(row, args, at)),

    takeSlot: (args) => updatingBreaker('take_slot', (at) => applyTakeSlot(breaker, args, at)),
    claimCanary: (args) => updatingBreaker('claim_canary', (at) => applyClaimCanary(breaker, args, at)),
    async report(report) {
      await updatingBreaker('report', (at) => applyBreakerReport(breaker, report, figures, at))
    },
    async record(key, told) {
      await statement('record', () => lineage.push({ ...key, ...told }))
    },

    async disconnect(key) {
      const old = rows.get(key.connectionId)
      const result = await updating('disconnect', key, applyDisconnect)
      if (result.kind !== 'applied' || !old) return result.kind === 'applied' ? { kind: 'refused' } : result
      const { grantNo, generation, sealedRefreshToken } = old
      return { ...result, old: { grantNo, generation, sealedRefreshToken } }
    },
    reauthorize: (args) => updating('reauthorize', args, (row, at) => applyReauthorize(row, args, at)),
    endGrant: (args) => updating('end_grant', args, (row, at) => applyEndGrant(row, args, at)),
    noteDisconnectEvent: (args) => updating('disconnect_event', args, (row, at) => applyDisconnectEvent(row, args, at)),
    freeze: (key) => updating('freeze', key, applyFreeze),
    unfreeze: (key) => updating('unfreeze', key, applyUnfreeze),
    quarantine: (key) => updating('quarantine', key, applyQuarantine),
    liftQuarantine: (key) => updating('lift_quarantine', key, applyLiftQuarantine),

    async dueForRescue(args) {
      return selectForRescue([...rows.values()], args, now())
    },
    async dueForKeepAlive(args) {
      const all = [...rows.values()].map((row) => ({ row, frozen: isFrozen(row) }))
      return selectForKeepAlive(all, args, now())
    },
  }
}
