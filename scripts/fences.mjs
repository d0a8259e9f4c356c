// The direction of imports (docs/architecture.md): direct and indirect ones, `require()` and `import()` included.
// esbuild reads the graph; type-only imports are not in it. scripts/fences.test.ts shows that each fence holds.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { root } from './prepare.mjs'

const TEST = /\.(test|spec)\.tsx?$|\/testing\/|\/test-[^/]+\.ts$/
const CORE =
  /^lib\/(rotation\/(?!sql\/|run\/)|format\/|ids\.ts$|connections\/status\.ts$|authorization\/(outcomes|scope-choice)\.ts$)/
const SHIPPED = /^(app|components|lib|worker|gateway)\/|^(proxy|instrumentation)\.ts$/
const STORES =
  /(-store|views|-sql)\.ts$|^lib\/(db|rotation\/sql\/credential-statements|tokens\/rotation)\.ts$|^worker\//

/** @type {{ name: string, instead: string, from: RegExp, except?: RegExp, to: RegExp, indirect?: boolean }[]} */
export const fences = [
  {
    name: 'the core knows no framework, no database, no environment',
    instead: 'Pass the value in, or add a port to lib/rotation/ports.ts.',
    from: CORE,
    to: /^(next|react|react-dom|next-auth|server-only|@prisma|pg|pino)(\/|$)|^generated\/|^lib\/(db|env|log)\.ts$/,
    indirect: true,
  },
  {
    name: 'the core reads no clock and no process',
    instead: 'Take the time from the event (`Moment`), or add a port.',
    from: CORE,
    to: /^node:(process|timers|fs|net|http|https|os|child_process)/,
    indirect: true,
  },
  {
    name: 'only stores and views talk to the database',
    instead: 'Move the query into a *-store.ts or views.ts file.',
    from: SHIPPED,
    except: STORES,
    to: /^lib\/db\.ts$/,
  },
  {
    name: "Prisma's client is made in one place",
    instead: 'Take `Db` from lib/db.ts.',
    from: SHIPPED,
    except: /^lib\/db\.ts$/,
    to: /^generated\/|^@prisma\//,
  },
  {
    name: 'one folder knows next-auth',
    instead: 'Call a function of lib/auth.',
    from: SHIPPED,
    except: /^lib\/auth\/|^app\/api\/auth\//,
    to: /^next-auth(\/|$)|^@auth\//,
  },
  {
    name: 'pages name an operation, stores are behind it',
    instead: 'Call the operation or the view of the feature.',
    from: /^(app|components)\//,
    to: /-store\.ts$/,
  },
  {
    name: 'components show what they are given',
    instead: 'Read it in the page and pass it as a prop.',
    from: /^components\//,
    to: /^app\/|^lib\/(db|env|vault\/|rotation\/driver)/,
  },
  {
    name: 'features do not know pages',
    instead: 'Move what both need into lib.',
    from: /^lib\//,
    to: /^(app|components|worker|gateway)\//,
  },
  {
    name: 'nothing that ships knows the sandbox, the simulation or the scripts',
    instead: 'Move it into lib if the product needs it.',
    from: SHIPPED,
    to: /^(sandbox|simulation|scripts|e2e|bench)\//,
  },
  {
    name: 'the sandbox shares no code with the product',
    instead: 'Write it again in the sandbox: it must not share our mistakes.',
    from: /^sandbox\//,
    to: /^(app|components|lib|worker|generated)\//,
  },
  {
    name: "Airwallex's folder knows only what it speaks with",
    instead: 'Pass it in, or move the caller out of lib/airwallex.',
    from: /^lib\/airwallex\//,
    to: /^lib\/(?!airwallex\/|vault\/secret|rotation\/(classify|figures|ports))/,
  },
  {
    name: 'Airwallex is asked through its folder alone',
    instead: 'Add the request to lib/airwallex.',
    from: SHIPPED,
    except: /^lib\/airwallex\//,
    to: /^(undici|oauth4webapi|node:https?|node:tls|node:net)$/,
  },
]

const FOLDERS = ['app', 'components', 'lib', 'worker', 'gateway', 'sandbox', 'simulation', 'scripts', 'e2e', 'bench']
const SOURCE = /\.(tsx?|mjs)$/

function sources(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

/** Module → what it imports: paths from the root for files, names for packages. @returns {Promise<Map<string, string[]>>} */
export async function importGraph() {
  const entryPoints = [...FOLDERS.flatMap(sources), 'proxy.ts', 'instrumentation.ts'].filter((file) =>
    existsSync(join(root, file)),
  )
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    packages: 'external',
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'error',
    loader: { '.css': 'empty', '.svg': 'empty' },
  })
  return new Map(Object.entries(metafile.inputs).map(([file, { imports }]) => [file, imports.map(({ path }) => path)]))
}

/**
 * Every import that a fence forbids, each once: an import that many files reach is shown with the shortest way to it.
 * @param {Map<string, string[]>} graph
 */
export function violations(graph) {
  const found = new Map()
  for (const [file, imports] of graph) {
    if (TEST.test(file)) continue
    for (const fence of fences) {
      if (!fence.from.test(file) || fence.except?.test(file)) continue
      const ways = fence.indirect
        ? reach(graph, file, fence.to)
        : imports.filter((to) => fence.to.test(to)).map((to) => [file, to])
      for (const way of ways) {
        const key = `${fence.name}: ${way.slice(-2).join(' → ')}`
        const known = found.get(key)
        if (!known || way.length < known.way.length) found.set(key, { fence, way })
      }
    }
  }
  return [...found.values()].map(({ fence, way }) => `${fence.name}: ${way.join(' → ')}. ${fence.instead}`)
}

// What the browser gets: the pages' own client code, and what it may need of the rest, which is pure.
const NOT_FOR_BROWSERS =
  /^(node:|generated\/|worker\/|lib\/(?!format\/))|^(server-only|pg|pino|jose|zod|next-auth|oauth4webapi|undici|graphile-worker|@prisma|@auth)(\/|$)/

/**
 * Every way from a module that runs in the browser to one that must not, less those through server actions, which
 * stay on the server.
 * @param {Map<string, string[]>} graph
 * @param {(file: string) => string | undefined} directiveOf 'use client', 'use server' or none, of a module
 */
export function leaksToBrowser(graph, directiveOf) {
  return [...graph.keys()]
    .filter((file) => directiveOf(file) === 'use client')
    .flatMap((file) => reach(graph, file, NOT_FOR_BROWSERS, (next) => directiveOf(next) === 'use server'))
    .map((way) => `the browser gets no server code: ${way.join(' → ')}`)
}

/** The directive that a source file begins with. @param {string} file a path from the root */
export function directiveOf(file) {
  if (!SOURCE.test(file) || !existsSync(join(root, file))) return undefined
  return /^'(use (?:client|server))'/.exec(readFileSync(join(root, file), 'utf8'))?.[1]
}

function reach(graph, start, target, isBorder = (_file) => false) {
  const seen = new Set([start])
  const queue = [[start]]
  const ways = []
  for (const way of queue) {
    for (const next of graph.get(way.at(-1) ?? '') ?? []) {
      if (seen.has(next) || isBorder(next)) continue
      seen.add(next)
      if (target.test(next)) ways.push([...way, next])
      else queue.push([...way, next])
    }
  }
  return ways
}

/** Each circle of imports once, named from its first module in alphabetical order. @param {Map<string, string[]>} graph */
export function cycles(graph) {
  const found = new Set()
  const done = new Set()
  const visit = (file, way) => {
    const at = way.indexOf(file)
    if (at >= 0) {
      const circle = way.slice(at)
      const first = circle.indexOf([...circle].sort()[0] ?? '')
      found.add([...circle.slice(first), ...circle.slice(0, first)].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...way, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return [...found].filter((circle) => !circle.includes('generated/'))
}

/**
 * The graph of folders, tests and files outside folders left out: what a folder imports is what its files import.
 * Next decides the folders of `app`, so they are one.
 * @param {Map<string, string[]>} graph
 */
export function folders(graph) {
  const folderOf = (file) => (file.startsWith('app/') ? 'app' : dirname(file))
  const found = new Map()
  for (const [file, imports] of graph) {
    if (TEST.test(file) || !file.includes('/')) continue
    const from = folderOf(file)
    const to = imports.filter((next) => graph.has(next) && next.includes('/') && !TEST.test(next)).map(folderOf)
    found.set(from, [...new Set([...(found.get(from) ?? []), ...to.filter((folder) => folder !== from)])])
  }
  return found
}

if (process.argv[1] === import.meta.filename) {
  const graph = await importGraph()
  const problems = [
    ...violations(graph),
    ...leaksToBrowser(graph, directiveOf),
    ...cycles(graph).map((circle) => `no circles: ${circle}`),
    ...cycles(folders(graph)).map((circle) => `no circles of folders: ${circle}`),
  ]
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stdout.write(`${graph.size} modules, ${problems.length} forbidden imports\n`)
  process.exitCode = problems.length > 0 || graph.size === 0 ? 1 : 0
}
