/** A sentence or several; or a link, alone on its line in plain text and a button-like line in HTML. */
export type MailParagraph = string | { readonly label: string; readonly href: string }

/**
 * The two bodies of a mail with the same words in them. Text from people (names, workspaces) may stand in paragraphs:
 * it is escaped, and line ends in it become spaces.
 */
export function mailBody(paragraphs: readonly MailParagraph[]): { readonly text: string; readonly html: string } {
  const text = paragraphs.map((part) => (typeof part === 'string' ? oneLine(part) : `${part.label}:\n${part.href}`))
  const html = paragraphs.map((part) =>
    typeof part === 'string'
      ? `<p>${escapeHtml(oneLine(part))}</p>`
      : `<p><a href="${escapeHtml(part.href)}">${escapeHtml(part.label)}</a></p>`,
  )
  return {
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em">${html.join('')}</body></html>`,
  }
}

const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
