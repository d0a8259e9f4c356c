import type { Instrumentation } from 'next'

/** Runs once before the first request. Only the Node runtime has anything to check. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { boot } = await import('@/lib/boot')
  await boot()
  const { appendPeerAddress } = await import('@/lib/security/client-address')
  appendPeerAddress()
}

/** A request that failed, by its route and its digest, which is the reference the error page shows. */
export const onRequestError: Instrumentation.onRequestError = async (error, _request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { log } = await import('@/lib/log')
  const { digest } = error as { digest?: unknown }
  log.error('a request failed', {
    error,
    route: context.routePath,
    ...(typeof digest === 'string' && { requestId: digest }),
  })
}
