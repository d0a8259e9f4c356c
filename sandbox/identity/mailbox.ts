import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type Mail = {
  id: number
  receivedAt: number
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  /** Every http(s) address in it, in order, once. */
  links: string[]
}

export type Mailbox = { messages: () => readonly Mail[]; clear: () => void; receive: (mail: NewMail) => Promise<void> }
type NewMail = { from: string; to: string[]; raw: Buffer }

const KEPT_MESSAGES = 200

/** Newest first. */
export function createMailbox(): Mailbox {
  let mails: Mail[] = []
  let count = 0
  return {
    messages: () => mails,
    clear: () => {
      mails = []
    },
    receive: async ({ from, to, raw }) => {
      const { subject = '', text = '', html = '' } = await PostalMime.parse(raw)
      const links = [...new Set(`${text}\n${hrefs(html)}`.match(/https?:\/\/[^\s<>"']+/g))]
      count += 1
      const mail = { id: count, receivedAt: Date.now(), from, to, subject, text, html, links }
      mails = [mail, ...mails].slice(0, KEPT_MESSAGES)
    },
  }
}

/** Receives mail by SMTP on the loopback interface; takes any sender, recipient, user and password. */
export async function startSmtp(port: number, mailbox: Mailbox): Promise<{ port: number; close: () => Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom ? mailFrom.address : ''
        const to = rcptTo.map(({ address }) => address)
        mailbox.receive({ from, to, raw: Buffer.concat(chunks) }).then(() => done(), done)
      })
    },
  })
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function hrefs(html: string): string {
  const found = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&'))
  return found.join('\n')
}
