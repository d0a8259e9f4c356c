import type { Answer } from '../http/answer'
import type { Mail } from '../identity/mailbox'
import { html } from './html'
import { page } from './layout'

/** Mail as text: its HTML is someone else's, and is shown nowhere. */
export function mailPage(messages: readonly Mail[]): Answer {
  const body =
    messages.length === 0
      ? html`<p class="muted">No mail yet. What the dashboard sends arrives here.</p>`
      : html`${messages.map(
          (mail) => html`<article class="card"><h2 dir="auto">${mail.subject}</h2>
<p class="muted">To ${mail.to.join(', ')} · from ${mail.from} · ${new Date(mail.receivedAt).toISOString().slice(0, 19)} UTC</p>
<pre dir="auto">${mail.text}</pre>
${mail.links.length > 0 && html`<ul>${mail.links.map((link) => html`<li><a href="${link}">${link}</a></li>`)}</ul>`}</article>`,
        )}`
  return page({ title: 'Mail', body, width: 'wide', navigation: true })
}
