import type { Event } from '@/lib/rotation/commands'
import type { PreparedTokenRequest } from '@/lib/rotation/ports'
import type { Protocol, TransitionOf } from '@/lib/rotation/protocol/protocol'
import type { CredentialRow } from '@/lib/rotation/row/row'
import type { ModelStore } from './model-store'
import type { Mutation } from './mutation'

/** Protocols that each lack one thing. The simulation must see what goes wrong with every one of them. */
export const mutants: Readonly<Record<string, Mutation>> = {
  'hands out what it read before a sleep': {
    protocol: (protocol) => ({ ...protocol, next: neverReadingAgain(protocol) }),
  },

  'connects after the mark': {
    tokenEndpoint: (endpoint) => ({
      async connect() {
        const request = await endpoint.connect().catch(() => null)
        return request ?? unconnected
      },
    }),
  },

  'waits 45 seconds for an answer': { figures: { attemptMs: 45_000 } },

  'gives up a commit that went unanswered': {
    store: changing((store) => ({
      async commit(args) {
        const result = await store.commit(args)
        return result.kind === 'unknown' ? { kind: 'refused' } : result
      },
    })),
  },

  'late probe without a wait': { figures: { probeWaitMs: 0 } },

  'no breaker': { store: changing(() => ({ report: async () => {} })) },

  'disconnect that lets an answer in flight be stored': {
    store: changing((store) => ({
      commit(args) {
        change(store, args, ({ status }) =>
          status === 'disconnected' ? { ...args, status: 'active', sentFence: args.fence } : {},
        )
        return store.commit(args)
      },
    })),
  },

  'no freeze guard': {
    tokenEndpoint: (endpoint) => ({
      async connect() {
        const request = await endpoint.connect()
        return { ...request, refresh: (sent) => request.refresh({ ...sent, mayWrite: () => true }) }
      },
    }),
  },

  'unfenced commit': {
    store: changing((store) => ({
      commit(args) {
        change(store, args, () => ({ sentFence: args.fence }))
        return store.commit(args)
      },
    })),
  },

  'commit fenced by claim instead of mark': {
    store: changing((store) => ({
      commit: async (args) => (store.row(args).fence === args.fence ? store.commit(args) : { kind: 'refused' }),
    })),
  },

  'no write-ahead': {
    store: changing((store) => ({
      async mark(args) {
        const result = await store.mark(args)
        change(store, args, () => ({ firstSentAt: null, ambiguousSince: null, sendCount: 0 }))
        return result
      },
    })),
  },

  'no undo': { store: changing((store) => ({ undo: (args) => store.release(args) })) },

  'no rescuer': { rescueEveryMs: null },

  '60-second rescuer': { rescueEveryMs: 60_000 },

  'lease longer than the grace': { figures: { leaseMs: 180_000 } },

  'freeze as a status': {
    store: changing((store) => ({
      async freeze(key) {
        change(store, key, ({ fence }) => ({ status: 'disconnected', fence: fence + 1 }))
        return store.freeze(key)
      },
      async unfreeze(key) {
        change(store, key, () => ({ status: 'active' }))
        return store.unfreeze(key)
      },
    })),
  },

  'proceeds when the lease is busy': {
    store: changing((store) => ({
      async read(key) {
        const result = await store.read(key)
        if (result.kind !== 'found') return result
        return { ...result, reading: { ...result.reading, row: { ...result.reading.row, leaseUntil: null } } }
      },
      claim(args) {
        change(store, args, () => ({ leaseUntil: null }))
        return store.claim(args)
      },
    })),
  },

  // The swap's condition reads the row once more: a protocol that trusts the answer has neither.
  'no re-read on invalid_grant': {
    protocol: (protocol) => ({ ...protocol, next: trustingInvalidGrant(protocol) }),
    store: changing((store) => ({
      reject(args) {
        const { grantNo, generation } = store.row(args)
        change(store, args, () => ({ sentFence: args.fence }))
        return store.reject({ ...args, grantNo, generation })
      },
    })),
  },
}

/** Nothing leaves, and no one can know. */
const unconnected: PreparedTokenRequest = {
  refresh: async () => ({ kind: 'no_answer', detail: 'connection refused' }),
  canary: async () => ({ kind: 'no_answer', detail: 'connection refused' }),
  close() {},
}

function changing(overrides: (store: ModelStore) => Partial<ModelStore>): (store: ModelStore) => ModelStore {
  return (store) => ({ ...store, ...overrides(store) })
}

function change(
  store: ModelStore,
  { connectionId }: { connectionId: string },
  how: (row: CredentialRow) => Partial<CredentialRow>,
): void {
  const row = store.rows.get(connectionId)
  if (row) store.rows.set(connectionId, { ...row, ...how(row) })
}

function neverReadingAgain(protocol: Protocol): Protocol['next'] {
  return (state, event) => {
    const seen = state.flow === 'caller' && state.step === 'opening' ? { ...state, readIssued: event.now } : state
    return protocol.next(seen, event) as TransitionOf<typeof state>
  }
}

function trustingInvalidGrant(protocol: Protocol): Protocol['next'] {
  return (state, event) => {
    const seen =
      state.flow === 'attempt' && state.step === 'rereading' ? asIfNothingMoved(state.claimed.row, event) : event
    return protocol.next(state, seen) as TransitionOf<typeof state>
  }
}

function asIfNothingMoved(row: CredentialRow, event: Event): Event {
  if (event.kind !== 'read' || event.result.kind !== 'found') return event
  const { reading } = event.result
  return { ...event, result: { kind: 'found', reading: { ...reading, row } } }
}
