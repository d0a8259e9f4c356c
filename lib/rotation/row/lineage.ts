/** Why a rotation was tried. */
export type Cause = 'requested' | 'forced' | 'keep_alive' | 'rescue' | 'late_probe'

export type LineageOutcome =
  | 'rotated'
  /** Two answers in a row had no refresh token; the old one was kept for the next generation. */
  | 'refresh_token_kept'
  | 'rejected'
  | 'unresolved'
  | 'unreadable'
  /** A newer attempt had sent: our answer was dropped. */
  | 'answer_dropped'

/** One row of the lineage. Instants are milliseconds of the database's clock; fingerprints, never tokens. */
export type Lineage = {
  readonly cause: Cause
  /** Who needed the token: a principal or a named system cause; null for background work. */
  readonly neededBy: string | null
  readonly process: string
  readonly grantNo: number
  /** The generation the row is about: the new one after a rotation, else the one that was presented. */
  readonly generation: number
  readonly outcome: LineageOutcome
  /** Sends beyond the first that this generation took. */
  readonly repairs: number
  readonly sentAt: number | null
  readonly answeredAt: number | null
  readonly presentedFingerprint: string | null
  readonly issuedFingerprint: string | null
}

/** As the reducer writes it: the driver replaces the tokens by their fingerprints before anything is stored. */
export type LineageDraft = Omit<Lineage, 'presentedFingerprint' | 'issuedFingerprint'> & {
  readonly presented: string | null
  readonly issued: string | null
}
