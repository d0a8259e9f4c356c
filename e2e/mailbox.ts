import { expect } from '@playwright/test'
import { origins } from './origins'

type Mail = { readonly to: readonly string[]; readonly subject: string; readonly links: readonly string[] }

/** Waits for the newest mail to an address, in the sandbox's mailbox. */
export async function mailTo(address: string): Promise<Mail> {
  const newest = async () => {
    const mails = (await (await fetch(`${origins.sandbox}/control/mail`)).json()) as Mail[]
    return mails.find(({ to }) => to.includes(address))
  }
  await expect.poll(async () => (await newest())?.subject, { message: `a mail to ${address}` }).toBeTruthy()
  const mail = await newest()
  if (!mail) throw new Error(`The mail to ${address} is gone`)
  return mail
}
