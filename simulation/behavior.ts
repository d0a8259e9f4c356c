import type { Entry } from './journal'

/**
 * What was sent, what came back, what was stored, what callers got and how it ended, in its order and without its times:
 * two schedules with one behavior show the same thing. Of hand-outs in a row that are alike, one counts.
 */
export function behaviorOf(journal: readonly Entry[]): string {
  return journal
    .map(wordOf)
    .filter((word, n, words) => !word.startsWith('token') || word !== words[n - 1])
    .join(' ')
}

function wordOf(entry: Entry): string {
  switch (entry.kind) {
    case 'send': {
      const { tokenClass, overlaps, lateProbe, newestStored, upstream } = entry
      return `send:${[tokenClass, overlaps, lateProbe, newestStored, upstream.rotated, upstream.status].join(',')}`
    }
    case 'token':
      return `token:${entry.grantNo},${entry.generation},${entry.live}`
    case 'commit':
      return `commit:${entry.grantNo},${entry.generation},${entry.live}`
    case 'dropped':
      return `dropped:${entry.newerSend}`
    case 'ended':
      return `ended:${entry.reason}`
    case 'rest':
      return `rest:${[entry.status, entry.storedIsLive, entry.interrupted, entry.tokensAtRest].join(',')}`
    default:
      return entry.kind
  }
}
