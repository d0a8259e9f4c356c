import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type ChainStore, chainStore } from '@/lib/audit/chain-store'
import {
  chainVerifier,
  type Fault,
  isSignedWith,
  type SignedHead,
  signedHead,
  signHead,
  type Verdict,
} from '@/lib/audit/verify'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { CommandError, runCommand } from './command'

// `npm run audit-log -- verify|head`. Reads what the application's own role may read, with AUDIT_KEY.
// verify: 0 every chain is whole, 1 one is not, 2 it was not asked properly.

const USAGE = `Usage:
  npm run -s audit-log -- head [--workspace <id>] > heads.jsonl   where each chain ends, signed, to keep elsewhere
  npm run -s audit-log -- verify [--workspace <id>] [--head heads.jsonl]
`

const usageError = (message: string, options?: ErrorOptions) => new CommandError(message, 2, options)

async function main(): Promise<number> {
  const { command, workspace, heads } = readCommand()
  env()
  const store = chainStore()
  if (command === 'head') return printHeads(store, workspace)
  const kept = heads ? readHeads(heads) : []
  const chains = workspace === undefined ? withKept(await store.chains(), kept) : [workspace]
  const verify = chainVerifier(store, env().auditKey)
  let isWhole = true
  for (const workspaceId of chains) {
    const ofChain = kept.filter((signed) => signed.workspaceId === workspaceId)
    const verdict = await verify(workspaceId, ofChain)
    isWhole &&= verdict.kind !== 'broken'
    process.stdout.write(`${name(workspaceId)}: ${describe(verdict)}\n`)
  }
  return isWhole ? 0 : 1
}

function readCommand() {
  const parsed = (() => {
    try {
      const options = { workspace: { type: 'string' }, head: { type: 'string' } } as const
      return parseArgs({ options, allowPositionals: true })
    } catch (cause) {
      throw usageError(USAGE, { cause })
    }
  })()
  const [command, ...more] = parsed.positionals
  const { workspace, head: heads } = parsed.values
  const isId = workspace === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(workspace)
  if ((command !== 'verify' && command !== 'head') || more.length > 0 || !isId) throw usageError(USAGE)
  return { command, workspace, heads }
}

async function printHeads(store: ChainStore, workspace: string | undefined): Promise<number> {
  for (const workspaceId of workspace === undefined ? await store.chains() : [workspace]) {
    const signed = signHead(env().auditKey, workspaceId, await store.head(workspaceId), new Date())
    process.stdout.write(`${JSON.stringify(signed)}\n`)
  }
  return 0
}

function readHeads(file: string): SignedHead[] {
  const lines = textOf(file).split('\n')
  return lines.flatMap((line, index) => {
    if (!line.trim()) return []
    const parsed = signedHead.safeParse(json(line))
    if (!parsed.success) throw usageError(`${file}, line ${index + 1}: not a head that this command wrote`)
    if (!isSignedWith(env().auditKey, parsed.data)) {
      throw usageError(`${file}, line ${index + 1}: not signed with this AUDIT_KEY, or changed since`)
    }
    return [parsed.data]
  })
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw usageError(`${file} cannot be read`, { cause })
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** A chain that is gone altogether is found by its kept head alone. */
const withKept = (chains: readonly (string | null)[], kept: readonly SignedHead[]) => [
  ...new Set([...chains, ...kept.map(({ workspaceId }) => workspaceId)]),
]

const name = (workspaceId: string | null) => (workspaceId === null ? 'deployment' : `workspace ${workspaceId}`)

function describe(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'whole':
      return `whole, ${verdict.entries} entries${verdict.before ? `, and ${verdict.before} from before the chain: as many as when it began, vouched for by no key` : ''}`
    case 'erased':
      return `erased with its workspace after ${verdict.entries} entries, by entry ${verdict.tombstone} of the deployment's chain`
    case 'broken': {
      const { row, sequence, fault } = verdict
      const found = row ? ` (row ${row.id} of ${row.at}, ${row.action})` : ''
      return `BROKEN ${sequence === 0 ? 'before entry 1' : `at entry ${sequence}`}${found}: ${explain(fault, sequence)}`
    }
  }
}

function explain(fault: Fault, sequence: number): string {
  switch (fault.kind) {
    case 'missing':
      return `entry ${sequence} is missing; the next one that is there is the row named here`
    case 'changed':
      return 'it is not what was written'
    case 'wrong_key':
      return 'nothing here was written with this AUDIT_KEY, or everything was changed; give the key that the log was written with'
    case 'truncated':
      return fault.keptAt
        ? `the chain ends before it; the head kept at ${fault.keptAt} knew ${fault.known} entries`
        : `the chain ends before it; its head knows ${fault.known} entries`
    case 'rewritten':
      return `it is not the entry that the head kept at ${fault.keptAt} knew`
    case 'before_changed':
      return `${fault.found} entries from before the chain are not the ${fault.known} that ${fault.keptAt ? `the head kept at ${fault.keptAt} knew` : 'were there when it began'}`
    case 'revived':
      return `entry ${fault.tombstone} of the deployment's chain says that this workspace was deleted, and it is there`
  }
}

await runCommand(() => main().finally(() => db().$disconnect()))
