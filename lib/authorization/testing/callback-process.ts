import type { PartnerUser } from '@/lib/auth/partner-user'
import { completeAuthorization } from '@/lib/authorization/complete'

// A process of its own that takes one callback, for tests that kill it in the middle.

export type CallbackOrder = {
  partnerUser: PartnerUser
  cookie: { name: string; value: string }
  parameters: string
}

process.on('message', async ({ partnerUser, cookie, parameters }: CallbackOrder) => {
  const attemptCookies = { get: (name: string) => (name === cookie.name ? { value: cookie.value } : undefined) }
  const deferred: Promise<void>[] = []
  const result = await completeAuthorization({
    partnerUser: async () => partnerUser,
    attemptCookies,
    parameters: new URLSearchParams(parameters),
    defer: (work) => void deferred.push(work),
  })
  await Promise.all(deferred)
  process.send?.(result)
})
process.send?.('ready')
