import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { parseTokenKeys, UnknownTokenKeyError } from './keyring'
import { createVault, type SealBinding, type SealedToken, storedSealedToken } from './seal'
import { Secret } from './secret'

const listed = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const keyList = listed('k1')
const vault = createVault(parseTokenKeys(keyList))

const tokenBinding = {
  environment: 'demo',
  workspaceId: '0199c1d0-0000-7000-8000-000000000001',
  connectionId: '0199c1d0-0000-7000-8000-000000000002',
  grantNo: 3,
  generation: 41,
  field: 'refresh_token',
} as const satisfies SealBinding

const verifierBinding = {
  environment: 'demo',
  workspaceId: tokenBinding.workspaceId,
  pendingAuthorizationId: '0199c1d0-0000-7000-8000-000000000003',
  field: 'code_verifier',
} as const satisfies SealBinding

const id = fc.uuid()
const anyTokenBinding: fc.Arbitrary<SealBinding> = fc.record({
  environment: fc.constantFrom('production', 'demo', 'local'),
  workspaceId: id,
  connectionId: id,
  grantNo: fc.nat(),
  generation: fc.nat(),
  field: fc.constantFrom('access_token', 'refresh_token'),
})
const anyVerifierBinding: fc.Arbitrary<SealBinding> = fc.record({
  environment: fc.constantFrom('production', 'demo', 'local'),
  workspaceId: id,
  pendingAuthorizationId: id,
  field: fc.constant('code_verifier' as const),
})
const anyBinding = fc.oneof(anyTokenBinding, anyVerifierBinding)

async function openedValue(binding: SealBinding, value: SealedToken, from = vault) {
  const outcome = await from.open(binding, value)
  return outcome.kind === 'opened' ? outcome.value.reveal() : outcome.kind
}

/** Refused values answer alike, or name a key no one has; neither gives a value. */
async function failsClosed(binding: SealBinding, value: string) {
  try {
    return (await vault.open(binding, storedSealedToken(value))).kind === 'unreadable'
  } catch (error) {
    return error instanceof UnknownTokenKeyError
  }
}

describe('seal and open', () => {
  it('gives back what was sealed, for every binding and value', async () => {
    await fc.assert(
      fc.asyncProperty(anyBinding, fc.string({ unit: 'binary', maxLength: 300 }), async (binding, text) => {
        expect(await openedValue(binding, await vault.seal(binding, text))).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps what it opened from being printed', async () => {
    const outcome = await vault.open(tokenBinding, await vault.seal(tokenBinding, new Secret('sentinel')))
    expect(JSON.stringify(outcome)).not.toContain('sentinel')
  })

  it('shows neither the value nor the key in the sealed text', async () => {
    const value = await vault.seal(tokenBinding, 'refresh-sentinel')
    const decoded = value.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(decoded.join()).not.toContain('sentinel')
    expect(JSON.parse(decoded[0] ?? '')).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: 'k1',
      env: 'demo',
      wid: tokenBinding.workspaceId,
      cid: tokenBinding.connectionId,
      grant: 3,
      gen: 41,
      field: 'refresh_token',
    })
  })

  it.each([
    ['environment', { ...tokenBinding, environment: 'production' }],
    ['workspace', { ...tokenBinding, workspaceId: verifierBinding.pendingAuthorizationId }],
    ['connection', { ...tokenBinding, connectionId: verifierBinding.pendingAuthorizationId }],
    ['grant', { ...tokenBinding, grantNo: 4 }],
    ['later generation', { ...tokenBinding, generation: 42 }],
    ['earlier generation', { ...tokenBinding, generation: 40 }],
    ['field', { ...tokenBinding, field: 'access_token' as const }],
    ['kind of row', { ...verifierBinding, pendingAuthorizationId: tokenBinding.connectionId }],
  ])('does not open under another %s', async (_what, other: SealBinding) => {
    expect(await openedValue(other, await vault.seal(tokenBinding, 'value'))).toBe('unreadable')
  })

  it.each([
    ['environment', { ...verifierBinding, environment: 'local' }],
    ['workspace', { ...verifierBinding, workspaceId: tokenBinding.connectionId }],
    ['pending authorization', { ...verifierBinding, pendingAuthorizationId: tokenBinding.connectionId }],
  ])('does not open a code verifier under another %s', async (_what, other: SealBinding) => {
    expect(await openedValue(other, await vault.seal(verifierBinding, 'value'))).toBe('unreadable')
  })

  it('opens under its own binding only, whichever two are swapped', async () => {
    await fc.assert(
      fc.asyncProperty(anyBinding, anyBinding, async (one, two) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two))
        expect(await openedValue(two, await vault.seal(one, 'value'))).toBe('unreadable')
      }),
      { numRuns: 300 },
    )
  })

  it('refuses the value after any change of any character', async () => {
    const value = await vault.seal(tokenBinding, 'a refresh token')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let index = 0; index < value.length; index++) {
      const original = value.charAt(index)
      for (const character of [
        '.',
        '=',
        '+',
        ' ',
        alphabet.charAt(alphabet.indexOf(original) ^ 1),
        alphabet.charAt(index % 64),
      ]) {
        if (character === original || character === '') continue
        const changed = value.slice(0, index) + character + value.slice(index + 1)
        expect(await failsClosed(tokenBinding, changed), `character ${index}`).toBe(true)
      }
    }
  })

  it('refuses every cut and every addition', async () => {
    const value = await vault.seal(tokenBinding, 'a refresh token')
    for (let length = 0; length < value.length; length++) {
      expect(await failsClosed(tokenBinding, value.slice(0, length))).toBe(true)
    }
    for (const added of ['A', '.', '.A', '\n', ' ', '='])
      expect(await failsClosed(tokenBinding, value + added)).toBe(true)
  })

  it('refuses an encrypted key, which its algorithm has not', async () => {
    const value = await vault.seal(tokenBinding, 'value')
    expect(await failsClosed(tokenBinding, value.replace('..', `.${Buffer.alloc(32).toString('base64url')}.`))).toBe(
      true,
    )
  })

  it.each([
    ['nonce of 11 bytes', 2, 11],
    ['nonce of 13 bytes', 2, 13],
    ['empty nonce', 2, 0],
    ['tag of 15 bytes', 4, 15],
    ['tag of 4 bytes', 4, 4],
    ['empty tag', 4, 0],
  ])('refuses a %s', async (_what, part, length) => {
    const parts = (await vault.seal(tokenBinding, 'value')).split('.')
    const bytes = Buffer.alloc(length)
    Buffer.from(parts[part] ?? '', 'base64url').copy(bytes)
    parts[part] = bytes.toString('base64url')
    expect(await failsClosed(tokenBinding, parts.join('.'))).toBe(true)
  })

  it('refuses other algorithms and other header members, even under the right key', async () => {
    const bytes = new Uint8Array(Buffer.from(keyList.slice(3), 'base64'))
    const claims = { env: 'demo', wid: tokenBinding.workspaceId, cid: tokenBinding.connectionId, grant: 3, gen: 41 }
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'k1', ...claims, field: 'refresh_token' } as const
    const plaintext = new TextEncoder().encode('forged')
    const forge = (changes: object) =>
      new CompactEncrypt(plaintext).setProtectedHeader({ ...header, ...changes }).encrypt(bytes)
    expect(await openedValue(tokenBinding, storedSealedToken(await forge({})))).toBe('forged')
    expect(await failsClosed(tokenBinding, await forge({ alg: 'A256KW' }))).toBe(true)
    expect(await failsClosed(tokenBinding, await forge({ extra: 1 }))).toBe(true)
    expect(await failsClosed(tokenBinding, await forge({ gen: '41' }))).toBe(true)
    expect(await failsClosed(tokenBinding, await forge({ gen: undefined }))).toBe(true)
    expect(await failsClosed(tokenBinding, await forge({ kid: undefined }))).toBe(true)
  })

  it('calls an unknown key a configuration error and a foreign key with a known id unreadable', async () => {
    const other = createVault(parseTokenKeys(listed('k2')))
    const impostor = createVault(parseTokenKeys(listed('k1')))
    const foreign = await other.seal(tokenBinding, 'value')
    await expect(vault.open(tokenBinding, foreign)).rejects.toThrow(UnknownTokenKeyError)
    await expect(vault.open(tokenBinding, foreign)).rejects.toThrow('"k2"')
    expect(await openedValue(tokenBinding, await impostor.seal(tokenBinding, 'value'))).toBe('unreadable')
  })

  it('opens with every listed key and writes with the first, in the order add, promote, retire', async () => {
    const [old, fresh] = [listed('old'), listed('new')]
    const before = createVault(parseTokenKeys(old))
    const added = createVault(parseTokenKeys(`${old},${fresh}`))
    const promoted = createVault(parseTokenKeys(`${fresh},${old}`))
    const retired = createVault(parseTokenKeys(fresh))
    const first = await before.seal(tokenBinding, 'value')
    const second = await promoted.seal(tokenBinding, 'value')
    expect(await openedValue(tokenBinding, first, added)).toBe('value')
    expect(await openedValue(tokenBinding, second, added)).toBe('value')
    expect(await openedValue(tokenBinding, first, promoted)).toBe('value')
    expect(await openedValue(tokenBinding, second, retired)).toBe('value')
    await expect(retired.open(tokenBinding, first)).rejects.toThrow(UnknownTokenKeyError)
  })

  it('writes plain RFC 7516 that any implementation opens', async () => {
    const bytes = new Uint8Array(Buffer.from(keyList.slice(3), 'base64'))
    const { plaintext } = await compactDecrypt(await vault.seal(tokenBinding, 'value'), bytes)
    expect(new TextDecoder().decode(plaintext)).toBe('value')
  })

  it('never uses a nonce twice', async () => {
    const nonces = new Set<string>()
    for (let batch = 0; batch < 100; batch++) {
      const values = await Promise.all(Array.from({ length: 100 }, () => vault.seal(tokenBinding, 'value')))
      for (const value of values) nonces.add(value.split('.')[2] ?? '')
    }
    expect(nonces.size).toBe(10_000)
  })
})
