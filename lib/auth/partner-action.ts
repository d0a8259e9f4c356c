import 'server-only'
import { headers } from 'next/headers'
import { redirect, unauthorized } from 'next/navigation'
import type { z } from 'zod'
import { now } from '@/lib/clock'
import { takeFromLimit } from '@/lib/security/rate-limit'
import { type FormAction, formAction, type Input } from './form-action'
import {
  confirmPath,
  getPerson,
  getSignedIn,
  isFresh,
  type PartnerUser,
  type Person,
  signInPath,
  WORKSPACES,
} from './partner-user'
import type { Permission } from './permissions'
import { PATH_HEADER } from './request-path'
import { requirePermission } from './require-permission'

// Server actions are public endpoints: anyone can post to them. Each is made by one of these three.

/** What a form is about: the workspace that its page showed, or a connection, which is in no other one. */
type Target = { readonly workspaceId: z.ZodUUID } | { readonly connectionId: z.ZodString }

type PartnerRequirements<Shape extends z.ZodRawShape> = {
  readonly permission: Permission
  /** For what cannot be undone or gives rights away: someone who signed in more than ten minutes ago must sign in again. */
  readonly fresh?: true
  readonly input: z.ZodObject<Shape>
}

/**
 * An action of a signed-in partner user whose role has `permission`. A role without it answers 403; without a session a
 * script is answered 401, and a plain form leads to the sign-in page and back. Who was removed from the workspace is led
 * to the page that says so, and whose sign-in is too old to the one that asks for it again: nothing has run by then.
 * Neither has it for a form of another workspace than the browser is in, such as after switching in another tab.
 */
export function partnerAction<Shape extends z.ZodRawShape & Target, Result>(
  { permission, fresh, input }: PartnerRequirements<Shape>,
  run: (call: { partnerUser: PartnerUser; input: Input<Shape> }) => Promise<Result>,
): FormAction<Result> {
  async function identify(): Promise<PartnerUser> {
    const signedIn = await getSignedIn()
    if (!signedIn) return refuseStranger()
    if (signedIn.kind !== 'partner_user') return redirect(WORKSPACES)
    const { partnerUser } = signedIn
    await countAction('action.user', partnerUser.userId)
    requirePermission(partnerUser, permission)
    // Only now: what a role may not do uses up nothing that its workspace shares.
    await countAction('action.workspace', partnerUser.workspace.id)
    if (fresh && !isFresh(partnerUser, now())) redirect(confirmPath((await headers()).get(PATH_HEADER)))
    return partnerUser
  }
  return formAction(input, identify, async (partnerUser, input) => {
    const { workspaceId }: { workspaceId?: unknown } = input
    if (workspaceId !== undefined && workspaceId !== partnerUser.workspace.id) redirect(OTHER_WORKSPACE)
    return run({ partnerUser, input })
  })
}

const OTHER_WORKSPACE = `${WORKSPACES}?notice=other_workspace`

/** An action of the person signed in, in any workspace or none, on what belongs to them and to no workspace. */
export function personAction<Shape extends z.ZodRawShape, Result>(
  { input }: { input: z.ZodObject<Shape> },
  run: (call: { person: Person; input: Input<Shape> }) => Promise<Result>,
): FormAction<Result> {
  async function identify(): Promise<Person> {
    const person = await getPerson()
    if (!person) return refuseStranger()
    await countAction('action.user', person.userId)
    return person
  }
  return formAction(input, identify, (person, input) => run({ person, input }))
}

/** An action of anyone, such as starting to sign in. */
export function visitorAction<Shape extends z.ZodRawShape, Result>(
  { input }: { input: z.ZodObject<Shape> },
  run: (call: { input: Input<Shape> }) => Promise<Result>,
): FormAction<Result> {
  return formAction(
    input,
    async () => null,
    (_visitor, input) => run({ input }),
  )
}

/** Whether the browser's script posts the action; otherwise it is a form, answered by a whole page. */
export const isScripted = async (): Promise<boolean> => (await headers()).has('next-action')

/** Sends a caller that acts faster than a person can to a page that says so. Nothing has run by then. */
async function countAction(limit: 'action.user' | 'action.workspace', id: string): Promise<void> {
  if ((await takeFromLimit(limit, id)).kind === 'refused') redirect('/too-many')
}

async function refuseStranger(): Promise<never> {
  if (await isScripted()) unauthorized()
  redirect(signInPath((await headers()).get(PATH_HEADER)))
}
