import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from './secret'

describe('Secret', () => {
  const secret = new Secret('refresh-sentinel')

  it('gives its value to the caller who asks for it', () => {
    expect(secret.reveal()).toBe('refresh-sentinel')
  })

  it.each([
    ['a template', `${secret}`],
    ['concatenation', `token=${String(secret)}`],
    ['JSON', JSON.stringify({ token: secret })],
    [
      'util.inspect at any depth',
      inspect({ a: { b: [secret] } }, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    ],
    ['the cause of an error', inspect(new Error('failed', { cause: { secret } }), { depth: Number.POSITIVE_INFINITY })],
    ['its own keys', JSON.stringify([Object.keys(secret), Object.getOwnPropertyNames(secret), { ...secret }])],
    ['a structured clone', inspect(structuredClone(secret), { showHidden: true })],
  ])('does not appear in %s', (_place, text) => {
    expect(text).not.toContain('sentinel')
  })

  it('says that it hid something', () => {
    expect(`${secret}`).toBe('[secret]')
    expect(inspect(secret)).toBe('[secret]')
  })
})
