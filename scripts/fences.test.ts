import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cycles, directiveOf, fences, folders, importGraph, leaksToBrowser, violations } from './fences.mjs'
import { root } from './prepare.mjs'

const files = (folder: string, pattern: RegExp) =>
  (existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }) : [])
    .filter((file) => pattern.test(file) && !/\.test\.tsx?$|testing\//.test(file))
    .map((file) => join(folder, file))
    .sort()
const text = (file: string) => readFileSync(join(root, file), 'utf8')

const EXAMPLES = [
  ['the core knows no framework, no database, no environment', 'lib/rotation/protocol/protocol.ts', 'next/headers'],
  ['the core knows no framework, no database, no environment', 'lib/connections/status.ts', 'lib/db.ts'],
  ['the core reads no clock and no process', 'lib/rotation/attempt/attempt.ts', 'node:timers/promises'],
  ['only stores and views talk to the database', 'lib/connections/disconnect.ts', 'lib/db.ts'],
  ["Prisma's client is made in one place", 'lib/audit/audit-store.ts', 'generated/prisma/client.ts'],
  ['one folder knows next-auth', 'lib/connections/disconnect.ts', 'next-auth'],
  ['pages name an operation, stores are behind it', 'app/page.tsx', 'lib/audit/audit-store.ts'],
  ['components show what they are given', 'components/ui/button.tsx', 'lib/env.ts'],
  ['features do not know pages', 'lib/connections/disconnect.ts', 'components/ui/button.tsx'],
  ['nothing that ships knows the sandbox, the simulation or the scripts', 'lib/env.ts', 'sandbox/state/config.ts'],
  ['the sandbox shares no code with the product', 'sandbox/server.ts', 'lib/env.ts'],
  ["Airwallex's folder knows only what it speaks with", 'lib/airwallex/scopes.ts', 'lib/env.ts'],
  ['Airwallex is asked through its folder alone', 'lib/connections/disconnect.ts', 'node:https'],
] as const

describe('the fences over the import graph', () => {
  it('stand in a graph that has the whole product in it', async () => {
    const graph = await importGraph()
    expect(graph.size).toBeGreaterThan(300)
    for (const file of ['app/layout.tsx', 'lib/rotation/protocol/protocol.ts', 'lib/env.ts', 'sandbox/server.ts']) {
      expect(graph.get(file)?.length, file).toBeGreaterThan(0)
    }
    expect([...violations(graph), ...leaksToBrowser(graph, directiveOf)]).toEqual([])
    expect([...cycles(graph), ...cycles(folders(graph))]).toEqual([])
    expect([...graph.keys()].filter((file) => directiveOf(file) === 'use client').length).toBeGreaterThan(5)
  })

  it.each(EXAMPLES)('fire: %s', (name, file, imported) => {
    expect(violations(new Map([[file, [imported]]]))).toContainEqual(
      expect.stringContaining(`${name}: ${file} → ${imported}. `),
    )
  })

  it('have an example each', () => {
    expect(new Set(EXAMPLES.map(([name]) => name))).toEqual(new Set(fences.map(({ name }) => name)))
  })

  it('see what the core reaches through others', () => {
    const graph = new Map([
      ['lib/rotation/protocol/protocol.ts', ['lib/elsewhere.ts']],
      ['lib/elsewhere.ts', ['lib/db.ts']],
    ])
    expect(violations(graph)[0]).toContain('lib/rotation/protocol/protocol.ts → lib/elsewhere.ts → lib/db.ts')
  })

  it('print an import that many files reach once, by the shortest way, with what to do instead', () => {
    const graph = new Map([
      ['lib/rotation/a.ts', ['lib/rotation/b.ts']],
      ['lib/rotation/b.ts', ['lib/elsewhere.ts']],
      ['lib/elsewhere.ts', ['lib/db.ts']],
    ])
    expect(violations(graph).filter((line) => line.startsWith('the core'))).toEqual([
      expect.stringMatching(/: lib\/rotation\/b\.ts → lib\/elsewhere\.ts → lib\/db\.ts\. Pass the value in/),
    ])
  })

  it('see what the browser would get, and stop at server actions', () => {
    const directives: Record<string, string> = { 'components/a.tsx': 'use client', 'app/actions.ts': 'use server' }
    const graph = new Map([
      ['components/a.tsx', ['components/b.ts', 'app/actions.ts']],
      ['components/b.ts', ['lib/vault/secret.ts', 'lib/format/money.ts']],
      ['app/actions.ts', ['lib/db.ts']],
    ])
    expect(leaksToBrowser(graph, (file) => directives[file])).toEqual([
      'the browser gets no server code: components/a.tsx → components/b.ts → lib/vault/secret.ts',
    ])
  })

  it('see circles', () => {
    const graph = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['a.ts', 'd.ts']],
      ['d.ts', []],
    ])
    expect(cycles(graph)).toEqual(['a.ts → b.ts → c.ts'])
  })

  it('see circles of folders where no files form one, and leave tests out', () => {
    const graph = new Map([
      ['lib/audit/log.ts', ['lib/auth/user.ts']],
      ['lib/auth/user.ts', []],
      ['lib/auth/session.ts', ['lib/audit/store.ts']],
      ['lib/audit/store.ts', []],
      ['lib/auth/session.test.ts', ['lib/mail/send.ts']],
      ['lib/mail/send.ts', ['lib/auth/user.ts']],
    ])
    expect(cycles(graph)).toEqual([])
    expect(cycles(folders(graph))).toEqual(['lib/audit → lib/auth'])
  })
})

type Finding = { category: string; severity: string; location: { path: string } }

/** What the linter finds in sources, were they at these paths: `rule severity` by path. */
function lint(sources: Record<string, string>): Map<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-dashboard-fences-'))
  const configuration = { ...JSON.parse(text('biome.json')), $schema: undefined, vcs: undefined }
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(configuration))
  for (const [path, source] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), source)
  }
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
    { cwd: folder, encoding: 'utf8' },
  )
  rmSync(folder, { recursive: true })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Finding[] }
  const found = new Map<string, string[]>()
  for (const { category, severity, location } of diagnostics) {
    const path = location.path.replace(/^\.\//, '')
    found.set(path, [...(found.get(path) ?? []), `${category} ${severity}`])
  }
  return found
}

describe("the linter's fences, which the editor shows", () => {
  const imports = 'lint/style/noRestrictedImports error'
  const environment = 'lint/style/noProcessEnv error'
  const cases: [string, string, string | null][] = [
    ['lib/connections/by-alias.ts', `import { db } from '@/lib/db'\nexport const x = db\n`, imports],
    ['lib/connections/by-path.ts', `import { db } from '../db'\nexport const x = db\n`, imports],
    ['lib/connections/process.ts', `import { env } from 'node:process'\nexport const x = env\n`, imports],
    ['lib/connections/environment.ts', 'export const x = process.env.TOKEN_KEYS\n', environment],
    ['components/environment.tsx', 'export const x = globalThis.process.env.TOKEN_KEYS\n', environment],
    ['lib/rotation/type-only.ts', `export type { ReactNode } from 'react'\n`, imports],
    ['lib/rotation/logs.ts', `import { log } from '@/lib/log'\nexport const x = log\n`, imports],
    ['lib/rotation/dynamic.ts', `export const x = import('next/headers')\n`, imports],
    ['lib/format/side-effect.ts', `import 'server-only'\n`, imports],
    ['sandbox/product.ts', `import { env } from '@/lib/env'\nexport const x = env\n`, imports],
    ['lib/connections/some-store.ts', `import { db } from '@/lib/db'\nexport const x = db\n`, null],
    ['lib/env.ts', 'export const x = process.env.TOKEN_KEYS\n', null],
  ]
  const found = lint(Object.fromEntries(cases.map(([path, source]) => [path, source])))

  it.each(cases)('%s', (path, _source, expected) => {
    expect(found.get(path) ?? []).toEqual(expected ? [expected] : [])
  })
})

describe('the sources', () => {
  it('name sealed columns in SQL and in selects only in the rotation’s SQL and where keys change', () => {
    const naming = ['app', 'components', 'lib', 'worker']
      .flatMap((folder) => files(folder, /\.tsx?$/))
      .filter((file) => /sealed_(access|refresh)_token|sealed(Access|Refresh)Token:\s*true/.test(text(file)))
    const allowed = /^lib\/(rotation\/|keys\/sealed-values-store\.ts$)/
    expect(naming.filter((file) => !allowed.test(file))).toEqual([])
    expect(naming.length).toBeGreaterThan(0)
  })

  it('put every server action behind the wrapper', () => {
    const naming = ['app', 'components', 'lib']
      .flatMap((folder) => files(folder, /\.tsx?$/))
      .filter((file) => /^\s*['"]use server['"]/m.test(text(file)))
    // The directive stands first, so that all that a file exports is an action, and is seen here.
    const actions = naming.filter((file) => text(file).startsWith(`'use server'`))
    expect(naming).toEqual(actions)
    expect(actions.length).toBeGreaterThan(0)
    const exported = actions.flatMap((file) => text(file).match(/^export .*/gm) ?? [])
    expect(exported.length).toBeGreaterThanOrEqual(actions.length)
    expect(
      exported.filter(
        (line) => !/^export const \w+ = (partner|person|visitor)Action\($/.test(line.slice(0, line.indexOf('(') + 1)),
      ),
    ).toEqual([])
  })

  it('answer POST where they change something, GET in the others, and nothing else', () => {
    const routes = files('app', /(^|\/)route\.tsx?$/)
    const exported = routes.map((file) => ({
      file,
      names: [...text(file).matchAll(/^export (?:async )?(?:const|function) (\w+)/gm)].map(([, name]) => name ?? ''),
    }))
    const usual = new Set(['GET', 'HEAD', 'POST', 'dynamic', 'maxDuration'])
    expect(exported.filter(({ names }) => names.some((name) => !usual.has(name)))).toEqual([])
    expect(exported.filter(({ names }) => names.includes('POST')).map(({ file }) => file)).toEqual([
      'app/(dashboard)/audit/export/route.ts',
      'app/api/airwallex/webhook/route.ts',
      'app/api/csp-report/route.ts',
      'app/sign-out/route.ts',
    ])
    expect(exported.filter(({ names }) => !names.includes('POST') && !names.includes('GET'))).toEqual([])
  })

  it("ask no one through the global fetch, which Next caches: Airwallex's folder has a transport", () => {
    const asking = ['app', 'lib', 'worker']
      .flatMap((folder) => files(folder, /\.tsx?$/))
      .filter((file) => /(?<![.\w])fetch\(/.test(text(file)))
    expect(asking).toEqual([])
  })

  it('open no connection to PostgreSQL that does not say its time zone', () => {
    const silent =
      /new pg\.Client\(|new (pg\.Pool|PrismaPg)\((?!\s*\{\s*Client,)|run(Migrations)?\(\{\s*connectionString/
    const opening = ['app', 'lib', 'worker', 'scripts', 'simulation', 'bench', 'e2e']
      .flatMap((folder) => files(folder, /\.(tsx?|mjs)$/))
      .filter((file) => silent.test(text(file)))
    expect(opening).toEqual([])
    expect(text('lib/db.ts')).toContain('new PrismaPg(')
  })

  it('assert in no test how fast the machine is', () => {
    const measuring = ['app', 'components', 'lib', 'worker', 'sandbox', 'simulation', 'scripts', 'prisma']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
      )
      .filter((file) => /\.test\.tsx?$/.test(file))
      .filter((file) => /(performance|Date)\.now\(\) - [^\n]*toBeLess/.test(text(file)))
    expect(measuring).toEqual([])
  })

  it('insert no HTML of their own', () => {
    const inserting = ['app', 'components']
      .flatMap((folder) => files(folder, /\.tsx$/))
      .filter((file) => text(file).includes('dangerouslySetInnerHTML'))
    expect(inserting).toEqual([])
  })

  it('leave nothing for later', () => {
    const later = ['app', 'components', 'lib', 'worker', 'sandbox', 'simulation', 'scripts', 'e2e']
      .flatMap((folder) => files(folder, /\.(tsx?|mjs)$/))
      .filter((file) => /\b(TODO|FIXME|XXX)\b/.test(text(file)) && file !== 'scripts/fences.test.ts')
    expect(later).toEqual([])
  })
})
