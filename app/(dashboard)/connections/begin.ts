import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import type { ConnectionNotice } from '@/components/connections/notice-copy'
import { type BeginAuthorizationRequest, beginAuthorization } from '@/lib/authorization/begin'

const NOTICES = {
  not_allowed: 'not_allowed',
  too_many_attempts: 'too_many_attempts',
  scopes_not_registered: 'scopes_not_registered',
  nothing_to_add: 'nothing_to_add',
} as const satisfies Readonly<Record<string, ConnectionNotice>>

/** Leaves for Airwallex, or comes back to `page` and says there why not. Never returns. */
export async function leaveForAirwallex(request: BeginAuthorizationRequest, page: string): Promise<never> {
  const begun = await beginAuthorization(request)
  switch (begun.kind) {
    case 'begun': {
      const { name, value, attributes } = begun.cookie
      ;(await cookies()).set(name, value, attributes)
      return redirect(begun.authorizationUrl)
    }
    case 'not_found':
      return notFound()
    default:
      return redirect(`${page}?notice=${NOTICES[begun.kind]}`)
  }
}
