import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './prepare.mjs'

/** Words that read as translated, and what to write instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bsomebody\b/i, 'someone'],
  [/\bnobody\b/i, 'no one'],
  [/\beverybody\b/i, 'everyone'],
  [/\banybody\b/i, 'anyone'],
  [/\be-mails?\b/i, 'email'],
  [/\bnot any more\b/i, 'no longer'],
  [/\b(has|have) it be\b/i, 'say who does it'],
  [/\bit stays so\b/i, 'this does not change'],
  [/\d %/, 'no space before %'],
]

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)))

/** Text that people read: pages, their words, mails, and documents without code. */
const prose = files.filter((file) =>
  /^(README|CONTRIBUTING)\.md$|^docs\/.*\.md$|^(app|components)\/.*(?<!\.test)\.tsx?$|mails?\.ts$/.test(file),
)

const withoutCode = (file: string, text: string) =>
  file.endsWith('.md') ? text.replace(/```[\s\S]*?```|`[^`\n]*`/g, '') : text

it('writes what people read as a native speaker would', () => {
  expect(prose.length).toBeGreaterThan(100)
  const found = prose.flatMap((file) =>
    withoutCode(file, readFileSync(join(root, file), 'utf8'))
      .split('\n')
      .flatMap((line, index) =>
        BANNED.filter(([banned]) => banned.test(line)).map(
          ([, instead]) => `${file}:${index + 1}: write ${instead}: ${line.trim()}`,
        ),
      ),
  )
  expect(found).toEqual([])
})
