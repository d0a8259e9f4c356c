import { mailBody } from '@/lib/mail/mail-body'
import type { Mail } from '@/lib/mail/send-mail'
import { LINK_SECONDS } from './cookies'
import type { RequestClient } from './request-client'

type LinkMail = { readonly to: string; readonly url: string; readonly appOrigin: string }

export function linkMail({ to, url, appOrigin }: LinkMail): Mail {
  const host = new URL(appOrigin).host
  return {
    to,
    subject: `Your link to sign in to ${host}`,
    ...mailBody([
      `Somebody, hopefully you, asked to sign in to the partner dashboard at ${host} with this address.`,
      { label: 'Sign in', href: url },
      `The link works once, within ${LINK_SECONDS / 60} minutes. Nobody who works on the dashboard will ever ask you for it.`,
      'If it was not you, do nothing: without the link nobody gets in.',
    ]),
  }
}

type DeviceMail = {
  readonly to: string
  readonly at: Date
  readonly from: RequestClient
  readonly appOrigin: string
}

export function newDeviceMail({ to, at, from, appOrigin }: DeviceMail): Mail {
  const host = new URL(appOrigin).host
  const when = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return {
    to,
    subject: `New sign-in to ${host}`,
    ...mailBody([
      `Somebody signed in to the partner dashboard at ${host} as you, with a browser that you have not used there before.`,
      `When: ${when}`,
      `Browser: ${from.device ?? 'not known'}`,
      `From the address: ${from.address ?? 'not known'}`,
      'If that was you, there is nothing to do.',
      'If it was not, sign it out at once, and change how you sign in: your password at your sign-in provider, or that of your mailbox.',
      { label: 'See where you are signed in', href: `${appOrigin}/account` },
    ]),
  }
}
