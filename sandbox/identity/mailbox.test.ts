import nodemailer from 'nodemailer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../sandbox'
import { callControl } from '../testing/client'
import { createMailbox } from './mailbox'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ smtpPort: 0 })
})
afterAll(() => sandbox.close())

it('receives a sign-in mail and shows its subject, text and link', async () => {
  const link = 'http://localhost:3000/api/auth/callback/email?token=abc&email=ada%40partner.example'
  const transport = nodemailer.createTransport(`smtp://localhost:${sandbox.smtpPort}`)
  await transport.sendMail({
    from: 'Dashboard <no-reply@partner.example>',
    to: 'ada@partner.example',
    subject: 'Anmelden – bei Ökonomie & Söhne, mit einem sehr langen Betreff über mehrere Zeilen',
    text: `Grüße!\n${link}\n${'lang '.repeat(60)}`,
    html: `<p>Grüße!</p><a href="${link.replaceAll('&', '&amp;')}">Sign in</a><script>alert(1)</script>`,
  })
  transport.close()
  const { body } = await callControl(sandbox, 'GET', '/control/mail')
  expect(body).toMatchObject([
    {
      from: 'no-reply@partner.example',
      to: ['ada@partner.example'],
      subject: 'Anmelden – bei Ökonomie & Söhne, mit einem sehr langen Betreff über mehrere Zeilen',
      text: expect.stringContaining('Grüße!'),
      html: expect.stringContaining('<p>Grüße!</p>'),
      links: [link],
    },
  ])
  const page = await (await fetch(`${sandbox.origin}/mail`)).text()
  expect(page).toContain('Ökonomie &amp; Söhne')
  expect(page).not.toContain('<script')
  await callControl(sandbox, 'DELETE', '/control/mail')
  expect(sandbox.mailbox.messages()).toEqual([])
})

it('reads plain mail, a base64 part and a part in another charset', async () => {
  const textOf = async (raw: Buffer) => {
    const mailbox = createMailbox()
    await mailbox.receive({ from: 'a@partner.example', to: ['b@partner.example'], raw })
    return mailbox.messages()[0]?.text.trim()
  }
  expect(await textOf(Buffer.from('Subject: Hi\r\n\r\nBody\r\n'))).toBe('Body')
  const encoded = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n`
  expect(await textOf(Buffer.from(encoded + Buffer.from('Zeile').toString('base64')))).toBe('Zeile')
  const latin = Buffer.from('Content-Type: text/plain; charset=iso-8859-1\r\n\r\n')
  expect(await textOf(Buffer.concat([latin, Buffer.from([0xfc])]))).toBe('ü')
})
