import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { now } from '@/lib/clock'
import { confirmPath, isFresh, type Person } from './partner-user'
import { PATH_HEADER } from './request-path'

/** Asks for a fresh sign-in before a form is filled in that its action would refuse. The action asks all the same. */
export async function requireFresh(person: Person): Promise<void> {
  if (!isFresh(person, now())) redirect(confirmPath((await headers()).get(PATH_HEADER)))
}
