/** Base64 of `text` wherever it may stand in what was encoded: without the ends, which its neighbors change. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.from(`${'\0'.repeat(offset)}${text}`).toString('base64')
    const cut = encoded.replace(/=+$/, '')
    const core = cut.slice(offset === 0 ? 0 : offset + 1, (offset + text.length) % 3 === 0 ? undefined : -1)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const percentForm = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

const formsOf = new Map<string, { exact: readonly string[]; lower: readonly string[] }>()

function forms(secret: string) {
  const known = formsOf.get(secret)
  if (known) return known
  const made = {
    exact: [...new Set([...base64Forms(secret), encodeURIComponent(secret)])],
    lower: [secret.toLowerCase(), Buffer.from(secret).toString('hex'), percentForm(secret)],
  }
  formsOf.set(secret, made)
  return made
}

/** Which of `secrets` stand in a text: as they are, or URL-, base64- or hex-encoded. Answers their names. */
export function findSecrets(text: string, secrets: Readonly<Record<string, string>>): string[] {
  const lower = text.toLowerCase()
  return Object.entries(secrets)
    .filter(([name, secret]) => {
      if (secret.length < 6) throw new Error(`${name} is too short to look for`)
      const { exact, lower: folded } = forms(secret)
      return exact.some((form) => text.includes(form)) || folded.some((form) => lower.includes(form))
    })
    .map(([name]) => name)
}
