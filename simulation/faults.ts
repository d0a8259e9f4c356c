import type { ProcessedAnswer, UnprocessedAnswer } from './model-answers'
import type { Freeze, Side } from './model-process'
import type { StatementFate } from './model-statement'
import type { RequestFate } from './model-upstream'

/** Where a fault strikes: at the n-th moment of the run, a moment being each side of each call that a process makes. */
export type Moment = { readonly process: string; readonly port: string; readonly side: Side }

/** One fault, as data: a schedule that failed is replayed from it. Durations are milliseconds. */
export type Fault = { readonly at: number } & (
  | { readonly kind: 'kill' }
  /** Once its request has arrived at Airwallex. */
  | { readonly kind: 'killed_in_flight' }
  | ({ readonly kind: 'freeze'; readonly ms: number } & Freeze)
  /** The whole host stands still: every process at once, while Airwallex and its answers go on. */
  | { readonly kind: 'host_pause'; readonly ms: number; readonly monotonicStops?: boolean }
  /** Thaws just after another process did this to the same connection, at the latest after two minutes. */
  | ({ readonly kind: 'freeze_until'; readonly until: 'claim' | 'mark' | 'sent' | 'commit' } & Freeze)
  | { readonly kind: 'statement'; readonly fate: Exclude<StatementFate, 'ok'> }
  | { readonly kind: 'database_down'; readonly ms: number; readonly hangs: boolean; readonly killed: boolean }
  | { readonly kind: 'database_clock'; readonly ms: number }
  | { readonly kind: 'wall_clock'; readonly ms: number }
  | { readonly kind: 'request'; readonly fate: Exclude<RequestFate, 'ok'> }
  /** Every request meets this, for so long. */
  | { readonly kind: 'upstream'; readonly ms: number; readonly how: 'unreachable' | 'silent' | UnprocessedAnswer }
  | { readonly kind: 'frozen_by_hand'; readonly ms: number }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'reauthorize'; readonly endsOldGrant: boolean }
  | { readonly kind: 'owner_disconnects'; readonly eventAfterMs: number | null }
)

export type FaultKind = Fault['kind']
/** A fault without its moment. */
export type Shape = Fault extends infer F ? (F extends Fault ? Omit<F, 'at'> : never) : never

const seconds = (...values: number[]) => values.map((value) => value * 1_000)

const everywhere: readonly Shape[] = [
  { kind: 'kill' },
  ...seconds(0.5, 0.9, 1.1, 2.5, 6, 14, 16, 20.5, 23, 26, 30, 33, 37, 40.5, 44, 52, 58, 61, 75, 90, 120).map(
    (ms): Shape => ({ kind: 'freeze', ms }),
  ),
  ...seconds(3, 23, 45, 62, 120).flatMap((ms): Shape[] => [
    { kind: 'freeze', ms, monotonicStops: true },
    { kind: 'freeze', ms, answersFirst: true },
  ]),
  ...seconds(2.5, 16, 23, 38, 45, 58, 75, 120).flatMap((ms): Shape[] => [
    { kind: 'host_pause', ms },
    { kind: 'host_pause', ms, monotonicStops: true },
  ]),
  ...(['claim', 'mark', 'sent', 'commit'] as const).flatMap((until): Shape[] => [
    { kind: 'freeze_until', until },
    { kind: 'freeze_until', until, answersFirst: true },
  ]),
  ...seconds(0.3, 1.5, 5, 12, 20, 30).flatMap((ms): Shape[] => [
    { kind: 'database_down', ms, hangs: false, killed: false },
    { kind: 'database_down', ms, hangs: false, killed: true },
  ]),
  ...seconds(42, 58, 65, 90, 130).map((ms): Shape => ({ kind: 'database_down', ms, hangs: false, killed: false })),
  ...seconds(1, 10, 30, 70).map((ms): Shape => ({ kind: 'database_down', ms, hangs: true, killed: false })),
  ...seconds(-15, -7, 7, 15).map((ms): Shape => ({ kind: 'database_clock', ms })),
  ...seconds(-600, -2, 2, 600).map((ms): Shape => ({ kind: 'wall_clock', ms })),
  ...seconds(0.05, 1, 4, 25, 70).map((ms): Shape => ({ kind: 'frozen_by_hand', ms })),
  { kind: 'disconnect' },
  { kind: 'reauthorize', endsOldGrant: true },
  { kind: 'reauthorize', endsOldGrant: false },
  { kind: 'owner_disconnects', eventAfterMs: null },
  { kind: 'owner_disconnects', eventAfterMs: 0 },
  { kind: 'owner_disconnects', eventAfterMs: 20_000 },
]

const atStatements: readonly Shape[] = (
  ['down', 'hangs', 'ack_lost', ...seconds(0.3, 1.2, 1.9, 3, 5, 12, 30).map((lateMs) => ({ lateMs }))] as const
).map((fate): Shape => ({ kind: 'statement', fate }))

const processed: readonly ProcessedAnswer[] = [
  'half_body',
  'wrong_length',
  'ten_megabytes',
  'html',
  'empty',
  'null',
  'array',
  'no_refresh_token',
  'null_refresh_token',
  'empty_refresh_token',
  'no_expires_in',
  'zero_expires_in',
  'negative_expires_in',
  'text_expires_in',
  'huge_expires_in',
  'no_access_token',
  'odd_neighbors',
  'moved_302',
  'error_500',
  'error_502',
  'error_503',
  'error_504',
]
const unprocessed: readonly UnprocessedAnswer[] = [
  'error_500',
  'error_502',
  'error_503',
  'error_504',
  'moved_302',
  'moved_307',
  'rate_limited',
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'invalid_scope',
  'unknown_401',
  'unknown_403',
  'html_404',
]

const atRequests: readonly Shape[] = [
  { kind: 'killed_in_flight' },
  ...(['lost', 'answer_lost', 'answer_silent'] as const).map((fate): Shape => ({ kind: 'request', fate })),
  ...seconds(4, 7, 10, 14).flatMap((lateMs): Shape[] => [
    { kind: 'request', fate: { lateMs, processed: 'first' } },
    { kind: 'request', fate: { lateMs, processed: 'last' } },
  ]),
  ...seconds(15.5, 20, 40).map((lateMs): Shape => ({ kind: 'request', fate: { lateMs, processed: 'first' } })),
  ...processed.map((name): Shape => ({ kind: 'request', fate: { processed: name } })),
  ...unprocessed.map((name): Shape => ({ kind: 'request', fate: { unprocessed: name } })),
]

const outages = seconds(3, 20, 60, 180).map((ms): Shape => ({ kind: 'upstream', ms, how: 'unreachable' }))

const phases: readonly Shape[] = [
  ...seconds(3, 20, 60, 180).flatMap((ms): Shape[] => [
    { kind: 'upstream', ms, how: 'rate_limited' },
    { kind: 'upstream', ms, how: 'error_503' },
    { kind: 'upstream', ms, how: 'invalid_client' },
  ]),
  ...seconds(3, 20, 60).flatMap((ms): Shape[] => [
    { kind: 'upstream', ms, how: 'silent' },
    { kind: 'upstream', ms, how: 'error_500' },
    { kind: 'upstream', ms, how: 'html_404' },
    { kind: 'upstream', ms, how: 'unauthorized_client' },
  ]),
]

const statements = new Set([
  'read',
  'claim',
  'mark',
  'markLateProbe',
  'commit',
  'undo',
  'release',
  'force',
  'reject',
  'terminal',
  'setAside',
  'takeSlot',
  'claimCanary',
])

/** Every fault once; one that concerns a statement or a request strikes the next of them. */
export const faultShapes: readonly Shape[] = [...everywhere, ...atStatements, ...atRequests, ...outages, ...phases]

/** Every fault that can strike at this moment. */
export function faultsAt(at: number, { port, side }: Moment): Fault[] {
  const shapes = [
    ...everywhere,
    ...(side === 'before' && statements.has(port) ? atStatements : []),
    ...(side === 'before' && port === 'refresh' ? [...atRequests, ...phases] : []),
    ...(side === 'before' && port === 'connect' ? outages : []),
  ]
  return shapes.map((shape) => ({ ...shape, at }) as Fault)
}
