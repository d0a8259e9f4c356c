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
      `Someone, hopefully you, asked to sign in to the partner dashboard at ${host} with this email address.`,
      { label: 'Sign in', href: url },
      `The link works once, for ${LINK_SECONDS / 60} minutes. We will never ask you for it.`,
      'If it was not you, ignore this email. No one can sign in without the link.',
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
      `Someone signed in to the partner dashboard at ${host} as you, from a browser you have not used there before.`,
      `When: ${when}`,
      `Browser: ${from.device ?? 'unknown'}`,
      `IP address: ${from.address ?? 'unknown'}`,
      'If that was you, you can ignore this email.',
      'If it was not you, sign that browser out right away and change the password of your sign-in provider or mailbox.',
      { label: 'See where you are signed in', href: `${appOrigin}/account` },
    ]),
  }
}
