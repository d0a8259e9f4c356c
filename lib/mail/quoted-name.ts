const LIMIT = 80

// Whatever a mail program might read as part of an address of a page or a mailbox: dots of several scripts, colons, slashes, @.
const JOINTS = /([.:/\\@\u3002\uff0e\uff61\ufe52\u2024\uff1a\uff0f\uff20])(?=\S)/gu
const QUOTES = /["\u201c-\u201f\u00ab\u00bb\u2033\uff02]/gu

/**
 * A name that someone chose, for a sentence of a mail: in quotes that it cannot end, at most 80 characters, and without
 * anything that a mail program would turn into a link. Otherwise a name is a way to send strangers text with a URL from our
 * own address.
 */
export function quotedName(name: string): string {
  const plain = name
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(QUOTES, '')
    .replace(JOINTS, '$1 ')
    .trim()
  const characters = Array.from(plain)
  return `“${characters.length > LIMIT ? `${characters.slice(0, LIMIT - 1).join('')}…` : plain}”`
}
