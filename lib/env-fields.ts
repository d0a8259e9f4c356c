import { z } from 'zod'

// What variables of the environment may look like. A message completes a sentence that begins with the variable's name,
// and never repeats the value.

/** Secret stores and shells leave a line break or a blank at the end, which a form or a header would carry along. */
const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() || undefined : value)
export const optional = <T extends z.ZodType>(schema: T) => z.preprocess(trimmed, schema.optional())
export const required = <T extends z.ZodType>(schema: T) => z.preprocess(trimmed, schema)

export const SAMPLE = /change[-_ ]?me|example|sample|your[-_ ]|replace|placeholder|secret-?here|xxxx|<.*>/i
export const text = z
  .string({ error: 'is missing' })
  .max(4_096, 'is too long')
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must not hold line breaks or invisible characters')
export const notSample = text.refine((value) => !SAMPLE.test(value), 'is still the sample value')
/** What RFC 6749 (appendix A) and HTTP headers carry as it is. */
const PRINTABLE = /^[\x20-\x7e]*$/
export const printable = notSample.regex(PRINTABLE, 'must hold printable ASCII characters only')

/** At least `length` characters of at least 12 different ones: a passphrase of one letter is no secret. */
export const secret = (length: number) =>
  printable
    .refine((value) => value.length >= length, `must have at least ${length} characters`)
    .refine((value) => new Set(value).size >= 12, 'has too few different characters')

export const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)

// RFC 2606 reserves these for documents; no one runs anything there.
const isSampleHost = (hostname: string) => /(^|\.)example\.(com|net|org)$|change-?me|^your-/i.test(hostname)

/** An origin and nothing more: https, or http on a loopback address. */
export const origin = text.transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.username || url.password || url.pathname !== '/' || url.search || url.hash) {
    context.addIssue('must be an origin such as https://host')
    return z.NEVER
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    context.addIssue('must use https unless it is a loopback address')
    return z.NEVER
  }
  if (isSampleHost(url.hostname)) {
    context.addIssue('is still the sample value')
    return z.NEVER
  }
  return url.origin
})

export const issuer = text
  .refine((value) => {
    if (!URL.canParse(value)) return false
    const url = new URL(value)
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
    return secure && !url.username && !url.password && !url.search && !url.hash
  }, 'must be an https URL')
  .refine((value) => !URL.canParse(value) || !isSampleHost(new URL(value).hostname), 'is still the sample value')

export const postgresUrl = text
  .refine((value) => /^postgres(ql)?:\/\/[^/]+\/[^/?]+/.test(value), 'must be a postgresql:// URL')
  .refine((value) => !/change[-_ ]?me|<.*>|@(host|.*example\.com)[:/]/i.test(value), 'is still the sample value')
/** smtp: with STARTTLS, or smtps:; credentials in it where the server asks for them. */
export const mailServer = text
  .refine(
    (value) => URL.canParse(value) && /^smtps?:$/.test(new URL(value).protocol) && Boolean(new URL(value).hostname),
    {
      error: 'must be an smtp:// or smtps:// URL',
      abort: true,
    },
  )
  .refine((value) => !isSampleHost(new URL(value).hostname), 'is still the sample value')
/** `Name <address>` or an address. */
export const mailSender = text
  .refine(
    (value) => /^(?:[^<>"\r\n]+<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value),
    'must be an address, or: Name <address>',
  )
  .refine((value) => !/@example\.(com|net|org)>?$|@your-|change-?me/i.test(value), 'is still the sample value')
export const claimName = text.regex(/^[\x21-\x7e]{1,100}$/, 'must be the name of a claim')
/** A line break separates, too. */
export const list = z
  .string({ error: 'is missing' })
  .max(4_096, 'is too long')
  .transform((value) => value.split(/[\s,]+/).filter(Boolean))
export const onOff = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true')
