import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { setLogLevel } from '@/lib/log'
import { createMailbox, startSmtp } from '@/sandbox/identity/mailbox'
import { mailBody } from './mail-body'
import { type MailServer, sendMail } from './send-mail'

setLogLevel('silent')
const mailbox = createMailbox()
let smtp: Awaited<ReturnType<typeof startSmtp>>
let settings: MailServer
beforeAll(async () => {
  smtp = await startSmtp(0, mailbox)
  settings = { server: `smtp://user:p%40ss@127.0.0.1:${smtp.port}`, from: 'Dashboard <no-reply@partner.example>' }
})
afterAll(() => smtp.close())
beforeEach(() => mailbox.clear())

const mail = {
  to: 'ada@partner.example',
  subject: 'Hello',
  ...mailBody(['Text & more', { label: 'Go', href: 'https://x.test/?a=1&b=2' }]),
}

describe('a mail', () => {
  it('arrives with both bodies', async () => {
    expect(await sendMail(mail, settings)).toEqual({ kind: 'sent' })
    expect(mailbox.messages()).toMatchObject([
      {
        from: 'no-reply@partner.example',
        to: ['ada@partner.example'],
        subject: 'Hello',
        text: expect.stringMatching(/^Text & more\s+Go:\s+https:\/\/x.test\/\?a=1&b=2\s*$/),
        html: expect.stringContaining('<p>Text &amp; more</p><p><a href="https://x.test/?a=1&amp;b=2">Go</a></p>'),
        links: ['https://x.test/?a=1&b=2'],
      },
    ])
  })

  it.each(['ada@partner.example, eve@evil.test', 'ada@partner.example\r\nBcc: eve@evil.test', 'Eve <eve@evil.test>'])(
    'goes to no one else by the address %j',
    async (to) => {
      await sendMail({ ...mail, to }, settings)
      for (const { to: recipients } of mailbox.messages()) {
        expect(recipients).toHaveLength(1)
        expect(recipients).not.toContain('eve@evil.test')
      }
    },
  )

  it('gets no header from its subject', async () => {
    await sendMail({ ...mail, subject: 'Hello\r\nBcc: eve@evil.test\r\n\r\nBody' }, settings)
    expect(mailbox.messages()).toMatchObject([{ to: ['ada@partner.example'] }])
  })

  it('is not sent where there is no mail server', async () => {
    expect(await sendMail(mail, null)).toEqual({ kind: 'not_configured' })
  })

  it('fails, and throws nothing, where no one listens', async () => {
    expect(await sendMail(mail, { ...settings, server: 'smtp://127.0.0.1:9' })).toEqual({ kind: 'failed' })
  })

  it('is never sent in the clear to another machine', async () => {
    // The sandbox's server has no STARTTLS; under a name that is not the loopback's, that is refused.
    const server = settings.server.replace('127.0.0.1', 'localhost.')
    expect(await sendMail(mail, { ...settings, server })).toEqual({ kind: 'failed' })
    expect(mailbox.messages()).toEqual([])
  })

  it('fails where the server hangs up', async () => {
    const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(rude, 'listening')
    const { port } = rude.address() as { port: number }
    expect(await sendMail(mail, { ...settings, server: `smtp://127.0.0.1:${port}` })).toEqual({ kind: 'failed' })
    rude.close()
  })
})

describe('the bodies of a mail', () => {
  it('hold text of people as text', () => {
    const { text, html } = mailBody(['<img src=x onerror=alert(1)>\r\nBcc: x', `"O'Brien" & co`])
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; Bcc: x')
    expect(html).toContain('&quot;O&#39;Brien&quot; &amp; co')
    expect(text).toBe(`<img src=x onerror=alert(1)> Bcc: x\n\n"O'Brien" & co\n`)
  })
})
