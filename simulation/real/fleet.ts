import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { root } from '@/scripts/prepare.mjs'
import type { Ask, AskEach, Told } from './worker-process'

export type Member = {
  readonly name: string
  readonly child: ChildProcess
  /** Refresh requests that were written and whose answer was not judged: by its own log. */
  unanswered: number
  /** We end it, in one way or another. */
  ending: boolean
}
export type ToldToken = Extract<Told, { kind: 'told' }>
export type LogLine = { readonly process: string; readonly at: number; readonly text: string }
export type Fleet = Awaited<ReturnType<typeof startFleet>>

type Options = {
  /** Of the process that is started as such and such a one; the first is 1. */
  readonly environmentOf: (count: number) => Record<string, string>
  readonly size: number
}

const KEPT_LINES = 400

/** Processes of the product. Each place is always filled: by a process, or by one that is to take its place. */
export async function startFleet({ environmentOf, size }: Options) {
  const program = await bundle()
  const tokens: ToldToken[] = []
  const lines = new Map<string, LogLine[]>()
  const answers = new Map<string, number>()
  const members: Member[] = []
  const alive = new Set<ChildProcess>()
  const died: string[] = []
  let count = 0
  let ask: Ask | null = null

  async function start(): Promise<Member> {
    count += 1
    const name = `process ${count}`
    const child = fork(program.file, {
      execArgv: ['--conditions=react-server'],
      env: { ...process.env, ...environmentOf(count) },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    alive.add(child)
    const member: Member = { name, child, unanswered: 0, ending: false }
    child.once('exit', (code, signal) => {
      alive.delete(child)
      if (!member.ending) died.push(`${name} ended by itself: ${code ?? signal}`)
    })
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => heard(member, line))
    await new Promise<void>((ready, fail) => {
      child.on('message', (told: Told) => {
        if (told.kind === 'ready') ready()
        if (told.kind === 'told') remember(told)
      })
      child.once('exit', (code, signal) => fail(new Error(`${name} ended before it was ready: ${code ?? signal}`)))
    })
    if (ask) child.send(ask)
    return member
  }

  function remember(told: ToldToken): void {
    answers.set(told.result, (answers.get(told.result) ?? 0) + 1)
    if (told.fingerprint !== null) tokens.push(told)
  }

  function heard(member: Member, line: string): void {
    const { connectionId, msg, time, level: _, ...fields } = JSON.parse(line) as Record<string, string>
    if (msg === 'A refresh request is sent') member.unanswered += 1
    if (msg === 'A refresh answer is judged') member.unanswered -= 1
    if (connectionId === undefined) return
    const known = lines.get(connectionId) ?? []
    lines.set(connectionId, known)
    known.push({ process: member.name, at: Date.parse(time ?? ''), text: `${msg} ${JSON.stringify(fields)}` })
    if (known.length > KEPT_LINES) known.shift()
  }

  async function replace(place: number): Promise<void> {
    members[place] = await start()
  }

  await Promise.all(Array.from({ length: size }, (_, place) => replace(place)))

  const member = (place: number): Member => {
    const found = members[place]
    if (!found) throw new Error(`There is no process ${place}`)
    return found
  }

  return {
    size,
    /** Every token that was handed out, and how often which answer was given. */
    tokens,
    answers,
    died,
    logOf: (connectionId: string) => lines.get(connectionId) ?? [],

    /** What all callers ask for from now on. */
    ask(next: Omit<Ask, 'kind'>) {
      ask = { kind: 'ask', ...next }
      for (const { child } of members) if (child.connected) child.send(ask)
    },
    async askEach(place: number, each: Omit<AskEach, 'kind'>) {
      const { child } = member(place)
      const told = new Promise<Extract<Told, { kind: 'told_each' }>>((resolve) => {
        const listener = (message: Told) => {
          if (message.kind !== 'told_each') return
          child.off('message', listener)
          resolve(message)
        }
        child.on('message', listener)
      })
      child.send({ kind: 'ask_each', ...each } satisfies AskEach)
      return (await told).tokens
    },

    name: (place: number) => member(place).name,
    replace,
    /** SIGKILL; resolves when the process is gone. */
    async kill(place: number) {
      const { child } = ending(member(place))
      if (hasEnded(child)) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
    /** SIGSTOP, and SIGCONT after so long. */
    async freeze(place: number, ms: number) {
      const { child } = member(place)
      child.kill('SIGSTOP')
      await sleep(ms)
      child.kill('SIGCONT')
    },
    /** A new process takes this place, then the old one is told to end as a deployment tells it. */
    async deploy(place: number): Promise<{ code: number | null; unanswered: number }> {
      const old = member(place)
      await replace(place)
      return end(old)
    },
    async stop() {
      const ended = await Promise.all(members.map(end))
      rmSync(program.folder, { recursive: true, force: true })
      return ended
    },
    /** For the end of a run that failed: at once, frozen ones included. */
    destroy() {
      for (const member of members) ending(member)
      for (const child of alive) child.kill('SIGKILL')
      rmSync(program.folder, { recursive: true, force: true })
    },
  }
}

async function end(member: Member): Promise<{ code: number | null; unanswered: number }> {
  const { child } = ending(member)
  if (!hasEnded(child)) {
    const exit = once(child, 'close')
    child.kill('SIGTERM')
    await exit
  }
  return { code: child.exitCode, unanswered: member.unanswered }
}

function ending(member: Member): Member {
  member.ending = true
  return member
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** One file, since a process that reads TypeScript needs a second to start, and hundreds of them start. */
async function bundle() {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'real-'))
  const file = join(folder, 'process.mjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['simulation/real/worker-process.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: file,
    logLevel: 'warning',
    sourcemap: 'inline',
  })
  return { folder, file }
}
