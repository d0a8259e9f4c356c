import 'server-only'
import nodemailer from 'nodemailer'
import { env } from '@/lib/env'
import { isLoopback } from '@/lib/env-fields'
import { log } from '@/lib/log'

export type Mail = {
  /** One address, never a list. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type MailServer = {
  /** smtp: or smtps: URL with user and password where the server asks for them. */
  readonly server: string
  /** `Name <address>` or an address. */
  readonly from: string
}

/** `failed`: whether the mail server took it is not known; nothing is sent twice here. */
export type MailOutcome = { readonly kind: 'sent' | 'failed' | 'not_configured' }

const ANSWER_MS = 5_000
const SILENCE_MS = 10_000
const WHOLE_MS = 20_000

/** Whether this deployment can send mail at all. */
export const mailConfigured = (): boolean => env().mail !== null

/**
 * Hands a mail to the mail server, within 20 seconds; to be deferred until after an answer, which then takes as long for
 * an address that is known as for one that is not. Never throws: what went wrong stands in the log, by code.
 */
export async function sendMail(mail: Mail, settings: MailServer | null = env().mail): Promise<MailOutcome> {
  if (!settings) return { kind: 'not_configured' }
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error('The mail server is slow'), { code: 'ETIME' })), WHOLE_MS)
    })
    await Promise.race([deliver(mail, settings), late])
    return { kind: 'sent' }
  } catch (error) {
    log.error('A mail could not be sent', { error })
    return { kind: 'failed' }
  } finally {
    clearTimeout(timer)
  }
}

async function deliver({ to, subject, text, html }: Mail, { server, from }: MailServer): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(server)
  const transport = nodemailer.createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'smtps:' ? 465 : 587),
    secure: protocol === 'smtps:',
    // Links sign people in: outside this machine they travel encrypted or not at all.
    requireTLS: protocol === 'smtp:' && !isLoopback(hostname),
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: ANSWER_MS,
    dnsTimeout: ANSWER_MS,
    greetingTimeout: ANSWER_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  await transport.sendMail({
    from,
    // As an object: a string would be read as a list of addresses.
    to: { name: '', address: to },
    subject,
    text,
    html,
    // No one's automatic reply (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  })
}
