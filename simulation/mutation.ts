import type { Figures } from '@/lib/rotation/figures'
import type { TokenEndpoint } from '@/lib/rotation/ports'
import type { Protocol } from '@/lib/rotation/protocol/protocol'
import type { ModelStore } from './model-store'

/** A protocol that lacks something: a wrapper of the reducer or of a port, or other figures. */
export type Mutation = {
  readonly figures?: Partial<Figures>
  readonly protocol?: (protocol: Protocol) => Protocol
  readonly store?: (store: ModelStore) => ModelStore
  readonly tokenEndpoint?: (endpoint: TokenEndpoint) => TokenEndpoint
  /** How often the worker looks for interrupted rotations; null: never. */
  readonly rescueEveryMs?: number | null
}
