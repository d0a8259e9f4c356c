import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTokenKeys, TokenKeysError } from './keyring'

const key = () => randomBytes(32).toString('base64')

function refusal(value: string): TokenKeysError {
  try {
    parseTokenKeys(value)
  } catch (error) {
    if (error instanceof TokenKeysError) return error
    throw error
  }
  throw new Error('the key list was accepted')
}

describe('parseTokenKeys', () => {
  it('reads keys in their order, the first one writing', () => {
    const [one, two] = [key(), key()]
    const keys = parseTokenKeys(`2026-11:${one}, 2026-05:${two}`)
    expect(keys.map(({ id }) => id)).toEqual(['2026-11', '2026-05'])
    expect(keys[0].key.export().toString('base64')).toBe(one)
  })

  it('accepts every random key', () => {
    fc.assert(
      fc.property(fc.integer(), () => {
        const encoded = key()
        expect(parseTokenKeys(`k1:${encoded}`)[0].key.export().toString('base64')).toBe(encoded)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['nothing', ''],
    ['a key without an id', key()],
    ['an empty id', `:${key()}`],
    ['an id with a space', `k 1:${key()}`],
    ['a trailing comma', `k1:${key()},`],
    ['31 bytes', `k1:${randomBytes(31).toString('base64')}`],
    ['33 bytes', `k1:${randomBytes(33).toString('base64')}`],
    ['hexadecimal', `k1:${randomBytes(32).toString('hex')}`],
    ['base64 without padding', `k1:${key().replace('=', '')}`],
    ['base64url', `k1:${Buffer.from(randomBytes(32).fill(0xfb, 0, 3)).toString('base64url')}=`],
    ['zeros', `k1:${Buffer.alloc(32).toString('base64')}`],
    ['one repeated block', `k1:${Buffer.alloc(32, randomBytes(8)).toString('base64')}`],
    ['a counter', `k1:${Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')}`],
    ['a passphrase', `k1:${Buffer.from('correct horse battery staple 123').toString('base64')}`],
  ])('refuses %s', (_what, value) => {
    expect(() => parseTokenKeys(value)).toThrow(TokenKeysError)
  })

  it('refuses a repeated id and a repeated key', () => {
    const encoded = key()
    expect(refusal(`k1:${key()},k1:${key()}`).message).toContain('repeat a key id')
    expect(refusal(`k1:${encoded},k2:${encoded}`).message).toContain('one key under two ids')
  })

  it('names the position and the rule, never the value', () => {
    const bad = randomBytes(31).toString('base64')
    const error = refusal(`k1:${key()},second:${bad}`)
    expect(error.message).toContain('key 2')
    expect(inspect(error)).not.toContain(bad)
  })

  it('prints no key bytes', () => {
    const encoded = key()
    const text = inspect(parseTokenKeys(`k1:${encoded}`), { depth: Number.POSITIVE_INFINITY, showHidden: true })
    expect(text).not.toContain(encoded)
    expect(text).not.toContain(Buffer.from(encoded, 'base64').toString('hex'))
  })
})
