import type { Command } from '@/lib/rotation/commands'
import { closedBreaker } from '@/lib/rotation/row/breaker'
import { applyReject, applyTerminal } from '@/lib/rotation/row/grant-statements'
import type { Lineage } from '@/lib/rotation/row/lineage'
import type { CredentialRow } from '@/lib/rotation/row/row'
import {
  applyClaim,
  applyCommit,
  applyMark,
  applyMarkLateProbe,
  applyRelease,
  applyUndo,
} from '@/lib/rotation/row/statements'
import type { Outcome } from '@/lib/rotation/run/perform'

/** What a command does to the row at once, and what its process hears of it; null: it is none of the store's. */
export function runStatement(
  row: CredentialRow,
  command: Command,
  now: number,
): { readonly row: CredentialRow; readonly outcome: Outcome } | null {
  const lineage = {} as Lineage
  const updated = (after: CredentialRow | null) => ({
    row: after ?? row,
    outcome: {
      kind: 'stored',
      result: after ? ({ kind: 'applied', row: after, at: now } as const) : ({ kind: 'refused' } as const),
    } as const,
  })
  switch (command.kind) {
    case 'read': {
      const reading = { row, frozen: false, breaker: closedBreaker, at: now }
      return { row, outcome: { kind: 'read', result: { kind: 'found', reading } } }
    }
    case 'claim':
      return updated(applyClaim(row, command.args, now))
    case 'mark':
      return updated(applyMark(row, command.args, now, false))
    case 'mark_late_probe':
      return updated(applyMarkLateProbe(row, command.args, now))
    case 'undo':
      return updated(applyUndo(row, command.args, now))
    case 'release':
      return updated(applyRelease(row, command.args, now))
    case 'reject':
      return updated(applyReject(row, { ...command.args, lineage }, now))
    case 'terminal':
      return updated(applyTerminal(row, { ...command.args, lineage }, now))
    case 'commit': {
      const { tokens, ...args } = command.draft
      const sealed = { sealedAccessToken: '', sealedRefreshToken: tokens.refreshToken }
      return updated(applyCommit(row, { ...args, ...sealed, lineage }, now))
    }
    default:
      return null
  }
}

/** Commands that concern only their own process, and take no time worth a step. */
export function runAlone(command: Command): Outcome | null {
  switch (command.kind) {
    case 'prepare':
      return { kind: 'prepared', result: { kind: 'prepared', refreshToken: command.sealedRefreshToken ?? '' } }
    case 'canary':
      return { kind: 'canary_answered', answer: { kind: 'answer', status: 400, body: '{"error":"invalid_request"}' } }
    case 'report':
    case 'record':
      return { kind: 'noted' }
    default:
      return null
  }
}
