import 'server-only'
import { headers } from 'next/headers'
import { forbidden, redirect, unauthorized } from 'next/navigation'
import type { z } from 'zod'
import { type FormAction, formAction, type Input } from './form-action'
import { getPartnerUser, type PartnerUser, signInPath } from './partner-user'
import { can, type Permission } from './permissions'
import { PATH_HEADER } from './request-path'

// Server actions are public endpoints: anybody can post to them. Each is made by one of these two.

/**
 * An action of a signed-in partner user whose role has `permission`. A role without it answers 403; without a session a
 * script is answered 401, and a plain form leads to the sign-in page and back.
 */
export function partnerAction<Shape extends z.ZodRawShape, Result>(
  { permission, input }: { permission: Permission; input: z.ZodObject<Shape> },
  run: (call: { partnerUser: PartnerUser; input: Input<Shape> }) => Promise<Result>,
): FormAction<Result> {
  async function identify(): Promise<PartnerUser> {
    const partnerUser = await getPartnerUser()
    if (!partnerUser) return refuseStranger()
    return can(partnerUser.role, permission) ? partnerUser : forbidden()
  }
  return formAction(input, identify, (partnerUser, input) => run({ partnerUser, input }))
}

/** An action of anybody, such as starting to sign in. */
export function visitorAction<Shape extends z.ZodRawShape, Result>(
  { input }: { input: z.ZodObject<Shape> },
  run: (call: { input: Input<Shape> }) => Promise<Result>,
): FormAction<Result> {
  return formAction(
    input,
    async () => null,
    (_nobody, input) => run({ input }),
  )
}

/** Whether the browser's script posts the action; otherwise it is a form, answered by a whole page. */
export const isScripted = async (): Promise<boolean> => (await headers()).has('next-action')

async function refuseStranger(): Promise<never> {
  if (await isScripted()) unauthorized()
  redirect(signInPath((await headers()).get(PATH_HEADER)))
}
