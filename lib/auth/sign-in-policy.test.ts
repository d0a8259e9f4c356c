import { describe, expect, it } from 'vitest'
import { accountId, judgeIdentity } from './sign-in-policy'

const policy = {
  issuer: 'https://login.company.test',
  emailDomains: ['company.test', 'sub.partner.test'],
  open: false,
  claims: { email: 'email', emailVerified: 'email_verified', name: 'name' },
}
const claims = {
  iss: 'https://login.company.test',
  sub: 'u-1',
  name: 'Ada Okafor',
  email: 'Ada@Company.test',
  email_verified: true,
}
const judge = (change: Record<string, unknown> = {}, open = false) =>
  judgeIdentity({ ...claims, ...change }, { ...policy, open })
const reason = (change: Record<string, unknown>, open = false) => {
  const judgement = judge(change, open)
  return judgement.kind === 'refused' ? judgement.reason : judgement.kind
}

describe('who may sign in', () => {
  it('is whose verified address is of an allowed domain', () => {
    expect(judge()).toEqual({
      kind: 'admitted',
      identity: { issuer: claims.iss, subject: 'u-1', name: 'Ada Okafor', email: 'ada@company.test' },
    })
  })

  it.each([
    'ada@evil.test',
    'ada@company.test.evil.test',
    'ada@notcompany.test',
    'ada@sub.company.test',
    'ada@partner.test',
    'ada.company.test@evil.test',
  ])('is not %s', (email) => {
    expect(reason({ email })).toBe('stranger')
    expect(reason({ email }, true)).toBe('admitted')
  })

  it.each([
    [{ email_verified: false }],
    [{ email_verified: 'true' }],
    [{ email_verified: 1 }],
    [{ email_verified: undefined }],
    [{ email: undefined }],
    [{ email: '' }],
    [{ email: 'company.test' }],
    [{ email: '"a@evil.test"@company.test' }],
    [{ email: ['ada@company.test'] }],
    [{ email: `${'a'.repeat(300)}@company.test` }],
  ])('is nobody without a verified address: %j', (change) => {
    expect(reason(change)).toBe('email_not_verified')
    expect(reason(change, true)).toBe('email_not_verified')
  })

  it.each([
    [{ iss: 'https://evil.test' }],
    [{ iss: undefined }],
    [{ sub: undefined }],
    [{ sub: '' }],
    [{ sub: 7 }],
    [{ sub: 'a b' }],
    [{ sub: 'x'.repeat(256) }],
  ])('is nobody of whom the provider does not say who it is: %j', (change) => {
    expect(reason(change, true)).toBe('failed')
  })

  it.each([undefined, null, 'claims', []])('is nobody by the claims %j', (input) => {
    expect(judgeIdentity(input, policy).kind).toBe('refused')
  })

  it('is read from the claims that the operator names, and from no others', () => {
    const names = { email: 'upn', emailVerified: 'xms_edov', name: 'display' }
    const theirs = { iss: claims.iss, sub: 'u-1', upn: 'Ben@Company.test', xms_edov: true, display: 'Ben Larsen' }
    expect(judgeIdentity(theirs, { ...policy, claims: names })).toEqual({
      kind: 'admitted',
      identity: { issuer: claims.iss, subject: 'u-1', name: 'Ben Larsen', email: 'ben@company.test' },
    })
    const refused = { kind: 'refused', reason: 'email_not_verified' }
    expect(judgeIdentity({ ...theirs, xms_edov: false, email_verified: true }, { ...policy, claims: names })).toEqual(
      refused,
    )
    expect(judgeIdentity(claims, { ...policy, claims: names })).toEqual(refused)
  })

  it('takes an issuer with and without its last slash for one', () => {
    expect(reason({ iss: `${claims.iss}/` })).toBe('admitted')
  })

  it('goes by the address where there is no name, and by no invisible characters', () => {
    expect(judge({ name: undefined })).toMatchObject({ identity: { name: 'ada@company.test' } })
    expect(judge({ name: '\u202e\u0000 ' })).toMatchObject({ identity: { name: 'ada@company.test' } })
    expect(judge({ name: 'A\nB' })).toMatchObject({ identity: { name: 'A B' } })
  })

  it('never gives two people of two providers one account', () => {
    const ids = [
      accountId({ issuer: 'https://a.test', subject: 'b#c' }),
      accountId({ issuer: 'https://a.test/b', subject: 'c' }),
      accountId({ issuer: 'https://a.test', subject: 'b' }),
    ]
    expect(new Set(ids).size).toBe(3)
  })
})
