import { idOfLabel } from './key-label'
import type { RunningReader } from './key-reader-store'
import type { KeyCount, SealedField } from './sealed-values-store'

// When a step of a key rotation is safe: add, deploy, promote, deploy, re-seal, retire, deploy. Each rule gives the
// reasons against the step, in words; none means that it may be taken.

export type KeySituation = {
  /** Labels (key-label.ts) of the TOKEN_KEYS that the command was started with; the first one writes. */
  readonly keys: readonly string[]
  readonly counts: readonly KeyCount[]
  readonly running: readonly RunningReader[]
}

const FIELD_NAMES: Record<SealedField, string> = {
  refresh_token: 'refresh tokens',
  access_token: 'access tokens',
  code_verifier: 'code verifiers',
}

const ids = (keys: readonly string[]) => keys.map(idOfLabel)
const seen = ({ process, secondsAgo }: RunningReader) => `${process}, seen ${secondsAgo} s ago,`

/** A key id must never come back with another key. `everUsed`: the ids that any process has read, retired ones included. */
export function againstAdding(
  id: string,
  { keys, counts, running, everUsed }: KeySituation & { readonly everUsed: readonly string[] },
): string[] {
  const reasons = []
  if (ids(keys).includes(id)) reasons.push(`TOKEN_KEYS has a key "${id}" already`)
  if (counts.some(({ keyId }) => keyId === id)) reasons.push(`values are sealed with a key "${id}" already`)
  if (reasons.length === 0 && everUsed.includes(id))
    reasons.push(`"${id}" named a key before, and backups may hold what that key sealed`)
  for (const reader of running) {
    if (!ids(keys).includes(id) && ids(reader.keys).includes(id))
      reasons.push(`${seen(reader)} has a key "${id}" already`)
  }
  return reasons
}

export function againstPromoting(id: string, { keys, running }: KeySituation): string[] {
  const label = keys.find((key) => idOfLabel(key) === id)
  if (!label) return [`TOKEN_KEYS has no key "${id}"`]
  return notReading(label, running)
}

export function againstResealing({ keys, running }: KeySituation): string[] {
  return notReading(keys[0] ?? '', running)
}

export function againstRetiring(id: string, { keys, counts, running }: KeySituation): string[] {
  if (!ids(keys).includes(id)) return [`TOKEN_KEYS has no key "${id}"`]
  if (ids(keys)[0] === id) return [`"${id}" is the key that writes; promote another one first`]
  return [
    ...counts
      .filter(({ keyId }) => keyId === id)
      .map(({ field, values }) => `${values} ${FIELD_NAMES[field]} are sealed with "${id}"; run reseal`),
    ...running.filter((reader) => ids(reader.keys)[0] === id).map((reader) => `${seen(reader)} writes with "${id}"`),
  ]
}

function notReading(label: string, running: readonly RunningReader[]): string[] {
  const id = idOfLabel(label)
  return running
    .filter((reader) => !reader.keys.includes(label))
    .map((reader) =>
      ids(reader.keys).includes(id)
        ? `${seen(reader)} has another key under the id "${id}"`
        : `${seen(reader)} cannot read the key "${id}"`,
    )
}

/** Lines for people: each key with what it is used for, then each process with its keys. */
export function describeSituation({ keys, counts, running }: KeySituation): string[] {
  const known = ids(keys)
  const unknown = [...new Set(counts.map(({ keyId }) => keyId))].filter((id) => id === null || !known.includes(id))
  const fields = Object.keys(FIELD_NAMES) as SealedField[]
  const row = (id: string | null, name: string, role: string) => [
    name,
    role,
    ...fields.map((field) => {
      const count = counts.find((candidate) => candidate.keyId === id && candidate.field === field)
      return (count?.values ?? 0).toLocaleString('en')
    }),
  ]
  const table = [
    ['key', 'role', ...fields.map((field) => FIELD_NAMES[field])],
    ...known.map((id, index) => row(id, id, index === 0 ? 'writes' : 'reads')),
    ...unknown.map((id) => row(id, id ?? '(no key id)', 'not in TOKEN_KEYS')),
  ]
  return [
    ...aligned(table),
    '',
    running.length > 0 ? 'Processes seen within the last minute:' : 'No process was seen within the last minute.',
    ...running.map((reader) => `  ${reader.process}, ${reader.secondsAgo} s ago: ${keysOf(reader, keys)}`),
  ]
}

function keysOf(reader: RunningReader, keys: readonly string[]): string {
  return reader.keys
    .map((label, index) => {
      const id = idOfLabel(label)
      const differs = ids(keys).includes(id) && !keys.includes(label)
      return `${index === 0 ? 'writes' : 'reads'} ${id}${differs ? ' (another key than here)' : ''}`
    })
    .join(', ')
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
