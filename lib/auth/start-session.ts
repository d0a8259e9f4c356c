import { withOrigin } from '@/lib/audit/origin'
import { log } from '@/lib/log'
import type { SignInDeps } from './auth-config'
import { type CookieJar, cookieName, keptCookie, SESSION_SECONDS, type SignInCookie } from './cookies'
import { createOpaqueToken, isOpaqueToken } from './opaque-token'
import type { RequestClient } from './request-client'
import { newDeviceMail } from './sign-in-mails'

export type Started = {
  readonly cookies: readonly SignInCookie[]
  /** What is left to do once the answer is sent. Never throws. */
  readonly followUp: () => Promise<void>
}

type Start = {
  readonly userId: string
  readonly way: 'single_sign_on' | 'email_link'
  readonly cookies: CookieJar
  readonly from: RequestClient
  /** When they proved it, if not in this moment. */
  readonly authenticatedAt?: Date | undefined
}

/**
 * The session of someone who has just proved who they are, in whichever way: always a new one, under a token that was
 * no one's before (session fixation), in place of the browser's earlier one.
 */
export async function startSession(start: Start, deps: SignInDeps): Promise<Started> {
  const { userId, way, cookies, from, authenticatedAt } = start
  const { appOrigin } = deps.settings
  const given = (kind: 'session' | 'device') => {
    const value = cookies.get(cookieName(appOrigin, kind))?.value
    return isOpaqueToken(value) ? value : undefined
  }
  const token = createOpaqueToken()
  const deviceToken = given('device') ?? createOpaqueToken()
  const at = new Date()
  const expires = new Date(at.getTime() + SESSION_SECONDS * 1_000)
  const session = { token, userId, expires, earlier: given('session'), from, deviceToken, way, authenticatedAt }
  const { isNewDevice } = await withOrigin(from, () => deps.sessions.create(session))
  log.info('Signed in', { userId })
  return {
    cookies: [keptCookie(appOrigin, 'session', token), keptCookie(appOrigin, 'device', deviceToken)],
    async followUp() {
      if (!isNewDevice) return
      try {
        const to = await deps.partnerUsers.mailAddressOf(userId)
        if (to) await deps.sendMail(newDeviceMail({ to, at, from, appOrigin }))
      } catch (error) {
        log.error('The new-device email failed', { userId, error })
      }
    },
  }
}
