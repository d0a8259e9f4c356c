/** As much of MIME (RFC 2045-2047) as the mail of a web application uses. */
export type ParsedMail = { subject: string; text: string; html: string }

type Part = { headers: ReadonlyMap<string, string>; body: string }

export function parseMail(raw: Buffer): ParsedMail {
  // latin1 keeps every byte as it came; each part is decoded by its own charset.
  const part = splitPart(raw.toString('latin1'))
  const leaves = leavesOf(part)
  return {
    subject: decodeWords(part.headers.get('subject') ?? ''),
    text: leaves.find((leaf) => leaf.type === 'text/plain')?.text ?? '',
    html: leaves.find((leaf) => leaf.type === 'text/html')?.text ?? '',
  }
}

function splitPart(source: string): Part {
  const [, head = '', body = ''] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(source) ?? [source, source]
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body }
}

function leavesOf(part: Part): { type: string; text: string }[] {
  const contentType = part.headers.get('content-type') ?? 'text/plain'
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!type.startsWith('multipart/')) return [{ type, text: decodeBody(part, contentType) }]
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (!boundary) return []
  const sections = `\n${part.body}`.split(`\n--${boundary}`).slice(1)
  return sections
    .filter((section) => !section.startsWith('--'))
    .flatMap((section) => leavesOf(splitPart(section.replace(/^\r?\n/, '').replace(/\r$/, ''))))
}

function decodeBody({ headers, body }: Part, contentType: string): string {
  const charset = /charset="?([^";]+)"?/i.exec(contentType)?.[1] ?? 'utf-8'
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return decodeBytes(Buffer.from(body, 'base64'), charset)
  if (encoding === 'quoted-printable') return decodeBytes(quotedPrintable(body.replace(/=\r?\n/g, '')), charset)
  return decodeBytes(Buffer.from(body, 'latin1'), charset)
}

function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?([^?]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, word: string) => {
      const bytes =
        encoding.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : quotedPrintable(word.replaceAll('_', ' '))
      return decodeBytes(bytes, charset)
    })
}

function quotedPrintable(text: string): Buffer {
  const decoded = text.replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(decoded, 'latin1')
}

function decodeBytes(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('utf8')
  }
}
