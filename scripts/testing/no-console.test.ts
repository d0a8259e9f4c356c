import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../prepare.mjs'

const source = `import { it, vi } from 'vitest'
it('prints', () => console.warn('unexpected'))
it('is silent', () => {})
it('expects what is printed', () => {
  vi.spyOn(console, 'warn').mockReset()
  console.warn('expected')
  vi.mocked(console.warn).mockClear()
})
`

describe('unexpected console output', () => {
  // In node_modules, so that what it imports is found from there.
  const folder = mkdtempSync(join(root, 'node_modules', '.no-console-'))
  const report = join(folder, 'report.json')
  let outcomes: Record<string, string>
  beforeAll(() => {
    const setup = join(root, 'scripts/testing/no-console.ts')
    writeFileSync(join(folder, 'some.test.mjs'), source)
    writeFileSync(
      join(folder, 'vitest.config.mjs'),
      `export default { test: { include: ['some.test.mjs'], exclude: [], setupFiles: [${JSON.stringify(setup)}] } }`,
    )
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    spawnSync(process.execPath, [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`])
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    outcomes = Object.fromEntries(
      testResults[0].assertionResults.map((result: { title: string; status: string }) => [result.title, result.status]),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('fails the test that prints, and only that one', () => {
    expect(outcomes).toEqual({ prints: 'failed', 'is silent': 'passed', 'expects what is printed': 'passed' })
  })
})
