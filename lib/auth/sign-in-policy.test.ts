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

  it.each<[string, Record<string, unknown>, string, string]>([
    ['email_not_verified', { email_verified: false }, 'email_verified', 'boolean'],
    ['email_verified_missing', { email_verified: undefined }, 'email_verified', 'undefined'],
    ['email_verified_missing', { email_verified: null }, 'email_verified', 'null'],
    ['email_verified_not_boolean', { email_verified: 'true' }, 'email_verified', 'string'],
    ['email_verified_not_boolean', { email_verified: 1 }, 'email_verified', 'number'],
    ['email_missing', { email: undefined }, 'email', 'undefined'],
    ['email_missing', { email: null }, 'email', 'null'],
    ['email_missing', { email: '' }, 'email', 'string'],
    ['email_malformed', { email: 'company.test' }, 'email', 'string'],
    ['email_malformed', { email: '"a@evil.test"@company.test' }, 'email', 'string'],
    ['email_malformed', { email: ['ada@company.test'] }, 'email', 'object'],
    ['email_malformed', { email: `${'a'.repeat(300)}@company.test` }, 'email', 'string'],
  ])(
    'is no one without an address that the provider vouches for, and each fault is named: %s by %j',
    (reason, change, claim, claimType) => {
      for (const open of [false, true])
        expect(judge(change, open)).toEqual({ kind: 'refused', reason, claim, claimType })
    },
  )

  it.each([
    ['ada@münchen.example', 'xn--mnchen-3ya.example'],
    ['ada@xn--mnchen-3ya.example', 'xn--mnchen-3ya.example'],
    ['ada@firma.xn--p1ai', 'firma.xn--p1ai'],
    ['ops&fin@company.test', 'company.test'],
  ])('may have the address %s', (email, domain) => {
    const judgement = judgeIdentity({ ...claims, email }, { ...policy, emailDomains: [domain] })
    expect(judgement).toMatchObject({ kind: 'admitted', identity: { email: expect.stringMatching(`@${domain}$`) } })
    expect(judge({ email: 'ada@münchen.test' }).kind).toBe('stranger')
  })

  it.each([
    [{ iss: 'https://evil.test' }],
    [{ iss: undefined }],
    [{ sub: undefined }],
    [{ sub: '' }],
    [{ sub: 7 }],
    [{ sub: 'a b' }],
    [{ sub: 'x'.repeat(256) }],
  ])('is no one of whom the provider does not say who it is: %j', (change) => {
    expect(reason(change, true)).toBe('failed')
  })

  it.each([undefined, null, 'claims', []])('is no one by the claims %j', (input) => {
    expect(judgeIdentity(input, policy).kind).toBe('refused')
  })

  it('is read from the claims that the operator names, and from no others', () => {
    const names = { email: 'upn', emailVerified: 'xms_edov', name: 'display' }
    const theirs = { iss: claims.iss, sub: 'u-1', upn: 'Ben@Company.test', xms_edov: true, display: 'Ben Larsen' }
    expect(judgeIdentity(theirs, { ...policy, claims: names })).toEqual({
      kind: 'admitted',
      identity: { issuer: claims.iss, subject: 'u-1', name: 'Ben Larsen', email: 'ben@company.test' },
    })
    const refusal = (given: Record<string, unknown>) => judgeIdentity(given, { ...policy, claims: names })
    const unverified = { kind: 'refused', reason: 'email_not_verified', claim: 'xms_edov' }
    expect(refusal({ ...theirs, xms_edov: false, email_verified: true })).toMatchObject(unverified)
    expect(refusal(claims)).toMatchObject({ kind: 'refused', reason: 'email_missing', claim: 'upn' })
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
