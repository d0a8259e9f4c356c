import { domainToASCII, domainToUnicode } from 'node:url'

// Email addresses in the one spelling that is compared, stored and mailed: the part before the `@` in lower case, and the
// domain as DNS has it, in punycode (RFC 5891). `Ada@München.example` and `ada@xn--mnchen-3ya.example` are one address.

const ADDRESS_LIMIT = 254
const DOMAIN_LIMIT = 253

// A dot-atom (RFC 5322 §3.2.3) of at most 64 characters. Quoted parts and other alphabets (RFC 6531) are left out: few mail
// servers take them.
const LOCAL = /^(?=.{1,64}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

// What may be typed as a domain. Left out is what a parser of addresses of pages reads as something else than a name.
const TYPED_DOMAIN = /^(?:[a-z0-9.-]|[^\p{ASCII}\p{C}\p{Z}])+$/iu

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

// Newer releases of Node pass a label through whose punycode is broken. One that is right reads as something else.
const isLabel = (label: string) => LABEL.test(label) && (!label.startsWith('xn--') || domainToUnicode(label) !== label)

/** A domain in the spelling of DNS; null for what is none, or has no dot in it. */
export function asciiDomain(typed: string): string | null {
  if (typed.length > DOMAIN_LIMIT || !TYPED_DOMAIN.test(typed)) return null
  const domain = domainToASCII(typed)
  const labels = domain.split('.')
  const isDomain = domain.length <= DOMAIN_LIMIT && labels.length > 1 && labels.every(isLabel)
  // An address of a machine is no domain that anyone owns.
  return isDomain && !/^\d+$/.test(labels.at(-1) ?? '') ? domain : null
}

/** An address in its one spelling; null for what is none. */
export function emailAddress(typed: string): string | null {
  const at = typed.lastIndexOf('@')
  const local = typed.slice(0, Math.max(at, 0)).toLowerCase()
  const domain = asciiDomain(typed.slice(at + 1))
  if (!LOCAL.test(local) || domain === null) return null
  const address = `${local}@${domain}`
  return address.length <= ADDRESS_LIMIT ? address : null
}
