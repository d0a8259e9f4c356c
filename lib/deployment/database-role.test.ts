import { describe, expect, it } from 'vitest'
import { type DatabaseRole, unfitness } from './database-role'

const application: DatabaseRole = {
  isApplication: true,
  isAboveRules: false,
  ownsTables: false,
  mayDefine: false,
  mayRewriteAudit: false,
}

describe('the role of DATABASE_URL', () => {
  it('is fit as the application’s and nothing more', () => {
    expect(unfitness(application)).toBeNull()
  })

  it.each<[Partial<DatabaseRole>, RegExp]>([
    [{ isAboveRules: true }, /superuser or has BYPASSRLS/],
    [{ ownsTables: true }, /owns tables/],
    [{ mayDefine: true }, /may create tables/],
    [{ mayRewriteAudit: true }, /may write to the audit log past its functions/],
    [{ isApplication: false }, /is not a member of partner_dashboard_app/],
  ])('is unfit with %o', (change, reason) => {
    const told = unfitness({ ...application, ...change })
    expect(told).toMatch(reason)
    expect(told).toMatch(/^DATABASE_URL .*DATABASE_DIRECT_URL/s)
  })

  it('is told everything at once', () => {
    const told = unfitness({ ...application, ownsTables: true, mayDefine: true })
    expect(told).toMatch(/its role owns tables .*; it may create tables/)
  })
})
