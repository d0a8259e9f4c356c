import type { Endpoint } from '../faults/fault'
import type { RefreshOutcome, RefreshTokenClass } from './grants'

export type JournalEntry = {
  seq: number
  /** When it arrived: the sandbox's clock and a real clock that never goes back, both in milliseconds. */
  at: number
  monotonicMs: number
  endpoint: Endpoint
  method: string
  path: string
  grantType: string | null
  accountId: string | null
  grantId: string | null
  refreshTokenClass: RefreshTokenClass | null
  outcome: RefreshOutcome['kind'] | 'kept' | 'exchanged' | 'code_reuse' | null
  /** First 16 hexadecimal digits of SHA-256; never a token. */
  presentedToken: string | null
  presentedCode: string | null
  issuedRefreshToken: string | null
  issuedAccessToken: string | null
  fault: string | null
  processed: boolean
  status: number | null
  error: string | null
  /** `null` while it is in flight. */
  delivered: boolean | null
  durationMs: number | null
  /** Refresh requests of the same grant that were in flight when this one arrived. */
  overlaps: number
}

/** The newest entries, in constant time and bounded memory. */
export class Journal {
  readonly #limit: number
  #entries: JournalEntry[] = []
  #seq = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(entry: Omit<JournalEntry, 'seq'>): JournalEntry {
    const numbered = { seq: this.#seq + 1, ...entry }
    this.#entries[this.#seq % this.#limit] = numbered
    this.#seq += 1
    return numbered
  }

  /** Entries with a number above `after`, oldest first; `truncated` when some of those are no longer kept. */
  since(after = 0, count = this.#limit): { entries: JournalEntry[]; lastSeq: number; truncated: boolean } {
    const first = Math.max(after + 1, this.#seq - this.#limit + 1)
    const last = Math.min(this.#seq, first + count - 1)
    const entries: JournalEntry[] = []
    for (let seq = first; seq <= last; seq += 1) {
      const entry = this.#entries[(seq - 1) % this.#limit]
      if (entry) entries.push(entry)
    }
    return { entries, lastSeq: this.#seq, truncated: first > after + 1 }
  }

  /** Newest first. */
  latest(count: number): JournalEntry[] {
    return this.since(Math.max(0, this.#seq - count)).entries.reverse()
  }

  clear(): void {
    this.#entries = []
    this.#seq = 0
  }
}
