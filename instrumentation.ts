import type { Instrumentation } from 'next'
import { markLogged } from '@/lib/error-facts.mjs'

/** Runs once before the first request. Only the Node runtime has anything to check. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { boot } = await import('@/lib/deployment/boot')
  await boot()
  const { appendPeerAddress } = await import('@/lib/security/client-address')
  appendPeerAddress()
}

/** Some pass here twice, on their way through two layers of React. */
const reported = new WeakSet<object>()

/** A request that failed, by its route and its digest, which is the reference the error page shows. */
export const onRequestError: Instrumentation.onRequestError = async (error, _request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  if (typeof error === 'object' && error !== null) {
    if (reported.has(error)) return
    reported.add(error)
  }
  // Before anything is awaited: Next prints the same error, which then is not told a second time.
  markLogged(error)
  const { log } = await import('@/lib/log')
  const { digest } = error as { digest?: unknown }
  log.error('A request failed', {
    error,
    route: context.routePath,
    ...(typeof digest === 'string' && { requestId: digest }),
  })
}
