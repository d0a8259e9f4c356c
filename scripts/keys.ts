import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { idOfLabel, keyLabel, newTokenKeyEntry } from '@/lib/keys/key-label'
import { keyReaderStore } from '@/lib/keys/key-reader-store'
import { refuseOtherKeys } from '@/lib/keys/key-record'
import { keyRecordStore } from '@/lib/keys/key-record-store'
import {
  againstAdding,
  againstPromoting,
  againstResealing,
  againstRetiring,
  describeSituation,
  type KeySituation,
} from '@/lib/keys/key-rules'
import { reseal } from '@/lib/keys/reseal'
import { sealedValuesStore } from '@/lib/keys/sealed-values-store'
import { createVault } from '@/lib/vault/seal'
import { CommandError, runCommand } from './command'
import { progress } from './progress'

// `npm run keys -- status|add|promote|reseal|retire` (docs/operations.md, "Key rotation"). Exit codes: 0 done, 1 refused
// or failed, 2 not understood. Of keys it prints ids, and one new key when asked for one: that alone goes to stdout.

const USAGE = `Usage: npm run keys -- status | add <id> | promote <id> | reseal | retire <id>
  status        which keys are in use, and which running process reads which
  add <id>      makes a new key and prints its entry for TOKEN_KEYS
  promote <id>  asks whether every running process can read the key, so that it may write
  reseal        seals what other keys sealed with the key that writes; may be stopped and started again
  retire <id>   checks that nothing uses the key
`

const say = (text: string) => process.stderr.write(`${text}\n`)
const tell = (text: string) => process.stdout.write(`${text}\n`)

async function situation(): Promise<KeySituation & { everUsed: string[] }> {
  const { tokenKeys } = env()
  const [counts, running, records] = await Promise.all([
    sealedValuesStore().countByKey(),
    keyReaderStore().running(),
    keyRecordStore().all(),
  ])
  refuseOtherKeys(tokenKeys, records)
  return { keys: tokenKeys.map(keyLabel), counts, running, everUsed: records.map(({ id }) => id) }
}

function refuseFor(reasons: readonly string[]) {
  if (reasons.length > 0) throw new CommandError(`Refused:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`)
}

const commands: Record<string, (id: string) => Promise<void>> = {
  async status() {
    tell(describeSituation(await situation()).join('\n'))
  },

  async add(id) {
    const entry = newTokenKeyEntry(id)
    refuseFor(againstAdding(id, await situation()))
    say('Append this entry, after a comma, to the END of TOKEN_KEYS everywhere: web, worker, and where you run this.')
    say(`It is shown only now. Deploy; then: npm run keys -- promote ${id}`)
    tell(entry)
  },

  async promote(id) {
    const now = await situation()
    refuseFor(againstPromoting(id, now))
    const ids = now.keys.map(idOfLabel)
    if (ids[0] === id) {
      tell(`"${id}" writes already.`)
      return
    }
    if (now.running.length === 0) tell('No process was seen within the last minute: no one was asked.')
    tell(`Set TOKEN_KEYS to its entries in this order: ${[id, ...ids.filter((other) => other !== id)].join(', ')}`)
    tell('Deploy; then: npm run keys -- reseal')
  },

  async reseal() {
    const before = await situation()
    refuseFor(againstResealing(before))
    const [writing = '', ...from] = before.keys.map(idOfLabel)
    const left = (counts: KeySituation['counts']) =>
      counts.filter(({ keyId }) => from.includes(keyId ?? '')).reduce((sum, { values }) => sum + values, 0)
    const bar = progress(left(before.counts))
    const { airwallex, tokenKeys } = env()
    const store = sealedValuesStore()
    const vault = createVault(tokenKeys)
    const done = await reseal({ store, vault, environment: airwallex.environment, from, onProgress: bar.update })
    bar.end()
    tell(`Sealed ${done.resealed} values with "${writing}".`)
    if (done.overtaken > 0) tell(`${done.overtaken} were replaced by newer ones meanwhile, which stayed.`)
    if (done.unreadable > 0) tell(`${done.unreadable} do not open where they stand, and were left as they are.`)
    const remaining = left((await situation()).counts)
    if (remaining > 0)
      throw new CommandError(`${remaining} values are still sealed with other keys. See status; run it again.`)
  },

  async retire(id) {
    const now = await situation()
    refuseFor(againstRetiring(id, now))
    const others = now.keys.map(idOfLabel).filter((other) => other !== id)
    tell(`Nothing uses "${id}". Set TOKEN_KEYS to: ${others.join(', ')}`)
    tell(
      'Keep the key itself, offline, for as long as backups hold what it sealed. Its id must never name another key.',
    )
  },
}

const TAKES_ID = new Set(['add', 'promote', 'retire'])

function parse([name = '', ...rest]: string[]): (() => Promise<void>) | null {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const [id = ''] = rest
  if (!command || rest.length !== (TAKES_ID.has(name) ? 1 : 0)) return null
  return () => command(id)
}

await runCommand(async () => {
  const command = parse(process.argv.slice(2))
  if (!command) throw new CommandError(USAGE, 2)
  env()
  await command().finally(() => db().$disconnect())
  return 0
})
