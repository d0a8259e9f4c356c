'use server'

import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { after } from 'next/server'
import { z } from 'zod'
import { beginSignIn } from '@/lib/auth/auth'
import type { SignInCookie } from '@/lib/auth/cookies'
import { isScripted, visitorAction } from '@/lib/auth/partner-action'
import { requestClient } from '@/lib/auth/request-client'
import { safePath } from '@/lib/auth/safe-path'
import { requestSignInLink, signInByOpenedLink } from '@/lib/auth/sign-in-links'
import { mailAddress } from '@/lib/auth/sign-in-policy'

/** Leaves for the provider. */
export const startSignIn = visitorAction({ input: z.object({ next: z.string().optional() }) }, async ({ input }) => {
  const begun = await beginSignIn({
    next: safePath(input.next),
    cookies: await cookies(),
    from: requestClient(await headers()),
  })
  if (begun.kind === 'refused') return begun
  await keep(begun.cookies)
  if (await isScripted()) redirect(begun.authorizationUrl)
  // A form's redirects are bound by `form-action`, the provider's own ones included; a page that moves on is not.
  return { kind: 'leave' as const, authorizationUrl: begun.authorizationUrl }
})

/** Asks for a link in a mail. The same answer for every address; what is true of it happens behind the answer. */
export const emailLink = visitorAction(
  { input: z.object({ email: mailAddress, next: z.string().optional() }) },
  async ({ input }) => {
    const from = requestClient(await headers())
    const requested = await requestSignInLink({
      address: input.email,
      next: safePath(input.next),
      cookies: await cookies(),
      from,
    })
    if (requested.kind === 'too_many') return { kind: 'refused' as const, reason: requested.kind }
    await keep(requested.cookies)
    after(requested.followUp)
    return { kind: 'link_requested' as const, address: input.email }
  },
)

/** Signs in by the link that this browser has opened, if it is the one that the page was about. */
export const confirmLink = visitorAction({ input: z.object({ shown: z.string() }) }, async ({ input }) => {
  const from = requestClient(await headers())
  const result = await signInByOpenedLink({ cookies: await cookies(), shown: input.shown, from })
  await keep(result.cookies)
  if (result.kind === 'signed_in') {
    after(result.followUp)
    redirect(result.path)
  }
  if (result.reason === 'link_changed') redirect('/sign-in/link?changed=true')
  const query = new URLSearchParams({ error: result.reason, ...(result.path && { next: result.path }) })
  redirect(`/sign-in?${query}`)
})

async function keep(given: readonly SignInCookie[]): Promise<void> {
  const jar = await cookies()
  for (const { name, value, attributes } of given) jar.set(name, value, attributes)
}
