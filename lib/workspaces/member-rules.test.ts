import { describe, expect, it } from 'vitest'
import { ROLES, type Role } from '@/lib/auth/permissions'
import { judgeRemoval, judgeRoleChange, judgeTransfer, type Standing } from './member-rules'

const above = (one: Role, other: Role) => ROLES.indexOf(one) > ROLES.indexOf(other)
const standing = (actor: Role | null, member: Role | null, changes: Partial<Standing> = {}): Standing => ({
  actor,
  member,
  isSelf: false,
  owners: 2,
  ...changes,
})
const triples = ROLES.flatMap((actor) =>
  ROLES.flatMap((member) => ROLES.map((role): [Role, Role, Role] => [actor, member, role])),
)

describe('changing a role', () => {
  it.each(triples)('a %s makes a %s a %s only from within their own reach', (actor, member, role) => {
    const isManager = actor === 'admin' || actor === 'owner'
    const reaches = isManager && !above(member, actor) && !above(role, actor)
    const expected = reaches ? (member === role ? 'unchanged' : 'allowed') : 'not_allowed'
    expect(judgeRoleChange(standing(actor, member), role)).toBe(expected)
  })

  it.each(ROLES)('a %s never raises themselves', (own) => {
    for (const role of ROLES.filter((role) => above(role, own))) {
      expect(judgeRoleChange(standing(own, own, { isSelf: true }), role)).toBe('not_allowed')
    }
  })

  it('never lowers the last owner, by whoever', () => {
    for (const isSelf of [true, false]) {
      expect(judgeRoleChange(standing('owner', 'owner', { isSelf, owners: 1 }), 'admin')).toBe('last_owner')
    }
  })

  it('finds no one outside the workspace, and tells those without the right nothing of that', () => {
    expect(judgeRoleChange(standing('owner', null), 'viewer')).toBe('not_found')
    expect(judgeRoleChange(standing('operator', null), 'viewer')).toBe('not_allowed')
    expect(judgeRoleChange(standing(null, 'viewer'), 'viewer')).toBe('not_allowed')
  })
})

describe('removing a member', () => {
  it.each(ROLES.flatMap((actor) => ROLES.map((member): [Role, Role] => [actor, member])))(
    'a %s removes a %s only from within their own reach',
    (actor, member) => {
      const isAllowed = (actor === 'admin' || actor === 'owner') && !above(member, actor)
      expect(judgeRemoval(standing(actor, member))).toBe(isAllowed ? 'allowed' : 'not_allowed')
    },
  )

  it.each(ROLES)('lets a %s leave', (role) => {
    expect(judgeRemoval(standing(role, role, { isSelf: true }))).toBe('allowed')
  })

  it('keeps the last owner, who cannot leave either', () => {
    expect(judgeRemoval(standing('owner', 'owner', { owners: 1 }))).toBe('last_owner')
    expect(judgeRemoval(standing('owner', 'owner', { owners: 1, isSelf: true }))).toBe('last_owner')
  })

  it('finds no one outside the workspace', () => {
    expect(judgeRemoval(standing('owner', null))).toBe('not_found')
    expect(judgeRemoval(standing(null, 'viewer'))).toBe('not_allowed')
  })
})

describe('handing over ownership', () => {
  it.each(ROLES)('takes an owner, not a %s unless that is one', (actor) => {
    expect(judgeTransfer(standing(actor, 'viewer'))).toBe(actor === 'owner' ? 'allowed' : 'not_allowed')
  })

  it('takes another member of the workspace', () => {
    expect(judgeTransfer(standing('owner', 'owner', { isSelf: true }))).toBe('not_allowed')
    expect(judgeTransfer(standing('owner', null))).toBe('not_found')
  })
})
