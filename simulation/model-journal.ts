import type { Observation } from '@/lib/rotation/commands'
import type { ConnectionKey, CredentialRow } from '@/lib/rotation/row/row'
import type { AttemptKey } from '@/lib/rotation/row/statements'
import type { Entry } from './journal'
import type { ModelStore } from './model-store'
import type { ModelUpstream, UpstreamEntry } from './model-upstream'
import { tokenIn } from './model-vault'
import type { VirtualTime } from './virtual-clock'

type Parts = {
  readonly time: VirtualTime
  readonly store: ModelStore
  readonly upstream: ModelUpstream
  readonly entries: Entry[]
}

/** Writes down what the model sees, in the checker's words. */
export function journalOf({ time, store, upstream, entries }: Parts) {
  const refreshTokenOf = (row: CredentialRow) =>
    row.sealedRefreshToken === null ? null : tokenIn(row.sealedRefreshToken)
  const ofGrant = new Map<number, string>()
  /** What stood in the row when an attempt's commit was last refused: a later undo takes it back. */
  const refusedBy = new Map<string, CredentialRow>()
  const nameOf = ({ connectionId, fence }: AttemptKey) => `${connectionId}/${fence}`

  function connectionOf(entry: UpstreamEntry): CredentialRow | null {
    return store.rows.get(ofGrant.get(entry.grant) ?? '') ?? null
  }

  return {
    /** This refresh token's grant is, or becomes, the connection's. */
    granted(refreshToken: string, { connectionId }: ConnectionKey) {
      ofGrant.set(Number(refreshToken.split('-')[1]), connectionId)
    },

    arrived(entry: UpstreamEntry) {
      const row = connectionOf(entry)
      entries.push({
        kind: 'send',
        at: entry.at,
        connection: row?.connectionId ?? `grant ${entry.grant}`,
        tokenClass: entry.tokenClass,
        overlaps: entry.overlaps,
        lateProbe: row !== null && row.lateProbes > 0,
        newestStored: row !== null && refreshTokenOf(row) === entry.token,
        upstream: entry,
      })
    },

    changed(statement: string, _before: CredentialRow, row: CredentialRow) {
      const at = time.now()
      const { connectionId: connection, grantNo, generation } = row
      const entry = entryOf(statement)
      if (entry) entries.push(entry)

      function entryOf(name: string): Entry | null {
        switch (name) {
          case 'commit': {
            const token = refreshTokenOf(row)
            const live = token !== null && upstream.isLive(token)
            return { kind: 'commit', at, connection, grantNo, generation, live }
          }
          case 'freeze':
            return { kind: 'frozen', at, connection }
          case 'unfreeze':
            return { kind: 'lifted', at, connection }
          case 'disconnect':
            return { kind: 'disconnected', at, connection }
          case 'reauthorize':
            return { kind: 'reauthorized', at, connection, grantNo }
          case 'reject':
          case 'terminal':
          case 'end_grant':
            return { kind: 'ended', at, connection, reason: row.reason ?? 'unknown' }
          default:
            return null
        }
      }
    },

    refused(statement: string, key: ConnectionKey, row: CredentialRow | undefined) {
      if (statement === 'commit' && row) refusedBy.set(nameOf(key as AttemptKey), row)
    },

    observed(observation: Observation) {
      if (observation.kind !== 'alarm' || observation.alarm !== 'answer_dropped') return
      const key = observation.key as AttemptKey
      const { connectionId, fence, generation, grantNo } = key
      const row = refusedBy.get(nameOf(key))
      const newerSend =
        !row ||
        row.generation > generation ||
        row.grantNo !== grantNo ||
        (row.sentFence !== null && row.sentFence > fence)
      entries.push({ kind: 'dropped', at: time.now(), connection: connectionId, newerSend })
    },

    rest() {
      for (const row of store.rows.values()) {
        const token = refreshTokenOf(row)
        entries.push({
          kind: 'rest',
          at: time.now(),
          connection: row.connectionId,
          status: row.status,
          storedIsLive: token !== null && upstream.isLive(token),
          interrupted: row.firstSentAt !== null,
          tokensAtRest: [row.sealedAccessToken, row.sealedRefreshToken].filter((sealed) => sealed !== null).length,
        })
      }
    },
  }
}
