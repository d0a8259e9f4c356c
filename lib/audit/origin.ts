import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditOrigin } from './audit'

// Carried beside the calls, not through them: every store that notes something would otherwise take it from every action
// above it, only to hand it on. Nothing decides by it. On globalThis, because Next may load a module once a route.

const shared = globalThis as { partnerDashboardOrigin?: AsyncLocalStorage<AuditOrigin> }
const origins = () => {
  shared.partnerDashboardOrigin ??= new AsyncLocalStorage()
  return shared.partnerDashboardOrigin
}

/** Runs the work of a request, whose audit entries then tell from where it came. */
export const withOrigin = <T>(origin: AuditOrigin, work: () => T): T => origins().run(origin, work)

/** From where the request at hand came; undefined in background work. */
export const currentOrigin = (): AuditOrigin | undefined => origins().getStore()
