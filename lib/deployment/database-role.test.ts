import { describe, expect, it } from 'vitest'
import { type DatabaseRole, roleProblem } from './database-role'

const application: DatabaseRole = {
  isApplication: true,
  isAboveRules: false,
  ownsTables: false,
  mayDefine: false,
  mayRewriteAudit: false,
}

describe('the role of DATABASE_URL', () => {
  it('is fit as the application’s and nothing more', () => {
    expect(roleProblem(application)).toBeNull()
  })

  it.each<[Partial<DatabaseRole>, RegExp]>([
    [{ isAboveRules: true }, /superuser or has BYPASSRLS/],
    [{ ownsTables: true }, /owns tables/],
    [{ mayDefine: true }, /may create tables/],
    [{ mayRewriteAudit: true }, /may write to the audit log past its functions/],
    [{ isApplication: false }, /is not a member of partner_dashboard_app/],
  ])('is unfit with %o', (change, reason) => {
    const problem = roleProblem({ ...application, ...change })
    expect(problem).toMatch(reason)
    expect(problem).toMatch(/^DATABASE_URL .*DATABASE_DIRECT_URL/s)
  })

  it('is told everything at once', () => {
    const problem = roleProblem({ ...application, ownsTables: true, mayDefine: true })
    expect(problem).toMatch(/its role owns tables .*; it may create tables/)
  })
})
