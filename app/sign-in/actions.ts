'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { beginSignIn } from '@/lib/auth/auth'
import { isScripted, visitorAction } from '@/lib/auth/partner-action'
import { safePath } from '@/lib/auth/safe-path'

/** Leaves for the provider. */
export const startSignIn = visitorAction({ input: z.object({ next: z.string().optional() }) }, async ({ input }) => {
  const begun = await beginSignIn({ next: safePath(input.next) })
  if (begun.kind === 'refused') return begun
  const jar = await cookies()
  for (const { name, value, attributes } of begun.cookies) jar.set(name, value, attributes)
  if (await isScripted()) redirect(begun.authorizationUrl)
  // A form's redirects are bound by `form-action`, the provider's own ones included; a page that moves on is not.
  return { kind: 'leave' as const, authorizationUrl: begun.authorizationUrl }
})
