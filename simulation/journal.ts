import type { RefreshTokenClass } from '@/sandbox/state/grants'

/**
 * What is known of a run, in the order in which it happened: by the model, or by the sandbox and the database where
 * real processes run (sandbox-entries.ts). The checker reads nothing else.
 */
export type Entry = { readonly at: number; readonly connection: string } & (
  | {
      /** A refresh request arrived at Airwallex. */
      readonly kind: 'send'
      readonly tokenClass: RefreshTokenClass | null
      /** Refresh requests of the same grant that were in flight when it arrived. */
      readonly overlaps: number
      readonly lateProbe: boolean
      /** Whether this was the newest stored refresh token; null where no one can tell. */
      readonly newestStored: boolean | null
      /** What became of it; filled in while it is handled. */
      readonly upstream: { readonly rotated: boolean; readonly status: number | null }
    }
  | {
      /** An access token was handed out. `live`: Airwallex had not let it expire; null where no one can tell. */
      readonly kind: 'token'
      readonly grantNo: number
      readonly generation: number
      readonly live: boolean | null
    }
  | {
      /** A pair was stored. `live`: Airwallex would accept its refresh token at that moment; null: no one can tell. */
      readonly kind: 'commit'
      readonly grantNo: number
      readonly generation: number
      readonly live: boolean | null
    }
  /** An answer that brought a refresh token was not stored. `newerSend`: someone else had marked after it. */
  | { readonly kind: 'dropped'; readonly newerSend: boolean }
  | { readonly kind: 'frozen' | 'lifted' | 'disconnected' }
  | { readonly kind: 'reauthorized'; readonly grantNo: number }
  /** The row says that the grant is over. */
  | { readonly kind: 'ended'; readonly reason: string }
  /** Airwallex ended the grant, without our doing. */
  | { readonly kind: 'ended_at_airwallex' }
  | {
      /** How the connection stands when the run is over. */
      readonly kind: 'rest'
      readonly status: 'active' | 'reauthorization_required' | 'disconnected'
      /** The stored refresh token would rotate now. */
      readonly storedIsLive: boolean
      /** Sent, and its answer never stored. */
      readonly interrupted: boolean
      readonly tokensAtRest: number
    }
)

export type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>
