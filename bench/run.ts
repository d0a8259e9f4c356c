import { faults } from './faults'
import type { Figure } from './figure'
import { growth } from './growth'
import { openStage, type Stage } from './stage'
import { storm } from './storm'
import { sweep } from './sweep'

// `npm run bench`, or `npm run bench -- storm growth`: each figure against a baseline measured in the same run. Nothing
// here is a test; a busy machine changes the numbers.

const questions: Record<string, (stage: Stage) => Promise<Figure[]>> = { storm, sweep, faults, growth }

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in questions))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(questions).join(', ')}.\n`)
  process.exit(2)
}

const stage = await openStage()
let missed = 0
try {
  for (const [name, ask] of Object.entries(questions)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    process.stdout.write(`\n${name}\n`)
    for (const { question, measured, target, isMet } of await ask(stage)) {
      if (!isMet) missed += 1
      process.stdout.write(`  ${isMet ? ' ' : '!'} ${question}: ${measured} (target ${target})\n`)
    }
  }
} finally {
  await stage.close()
}
if (missed > 0) process.stdout.write(`\n${missed} short of their target\n`)
