'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { endOneSession, endOtherSessions } from '@/lib/auth/end-sessions'
import { personAction } from '@/lib/auth/partner-action'

export const signOutOne = personAction({ input: z.object({ sessionId: z.uuid() }) }, async ({ person, input }) => {
  await endOneSession(person, input.sessionId)
  redirect('/account?ended=one')
})

export const signOutOthers = personAction({ input: z.object({}) }, async ({ person }) => {
  await endOtherSessions(person)
  redirect('/account?ended=others')
})
