import { stringify } from 'csv-stringify/sync'
import type { AuditEntry } from './views'

export const EXPORT_FORMATS = ['csv', 'json_lines'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export const EXPORT_FILES: Readonly<Record<ExportFormat, { readonly type: string; readonly extension: string }>> = {
  csv: { type: 'text/csv; charset=utf-8; header=present', extension: 'csv' },
  json_lines: { type: 'application/jsonl; charset=utf-8', extension: 'jsonl' },
}

/** The entries as a file, in the pieces that they come in; nothing of it is kept. `words` says what happened. */
export async function* exportPieces(
  format: ExportFormat,
  batches: AsyncIterable<readonly AuditEntry[]>,
  words: (entry: AuditEntry) => string,
): AsyncGenerator<string> {
  if (format === 'csv') yield csv([COLUMNS])
  for await (const batch of batches) {
    const rows = batch.map((entry) => record(entry, words(entry)))
    yield format === 'csv'
      ? csv(rows.map((row) => COLUMNS.map((column) => cell(row[column]))))
      : rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  }
}

const COLUMNS = [
  'entry',
  'recorded',
  'time',
  'what_happened',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'outcome',
  'connection_id',
  'connection_name',
  'subject_name',
  'address',
  'device',
  'detail',
] as const

function record(entry: AuditEntry, whatHappened: string): Record<(typeof COLUMNS)[number], unknown> {
  return {
    entry: entry.sequence,
    recorded: entry.chained ? 'in the chain' : 'before the log was chained',
    time: entry.at.toISOString(),
    what_happened: whatHappened,
    actor_kind: entry.actorKind,
    actor_id: entry.actorUserId,
    actor_name: entry.actorName,
    action: entry.action,
    outcome: entry.outcome,
    connection_id: entry.connectionId,
    connection_name: entry.connectionName,
    subject_name: entry.subjectName,
    address: entry.originAddress,
    device: entry.originDevice,
    detail: entry.detail,
  }
}

const cell = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)

/**
 * RFC 4180. A cell that a spreadsheet would run as a formula begins with an apostrophe: names in it are someone else's
 * text (OWASP, CSV injection).
 */
const csv = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: 'windows' },
  )
