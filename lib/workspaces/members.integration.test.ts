import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES, type Role } from '@/lib/auth/permissions'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { type MembershipStore, membershipStore } from './membership-store'
import { peopleOf, setEnvironment } from './testing/people'
import { getMember, listMembers } from './views'

let database: Awaited<ReturnType<typeof freshDatabase>>
let people: ReturnType<typeof peopleOf>
let store: MembershipStore
beforeAll(async () => {
  database = await freshDatabase()
  setEnvironment(database.url)
  people = peopleOf(database.sql)
  store = membershipStore(database.client(8))
})
afterAll(() => database.close())

const change = (actor: { userId: string; workspace: { id: string } }, member: { userId: string }) => ({
  workspaceId: actor.workspace.id,
  actorId: actor.userId,
  userId: member.userId,
})

describe('the members of a workspace', () => {
  it('change their role, and the log says who did it, to whom, from what and to what', async () => {
    const ada = await people.owner()
    const ben = await people.member(ada.workspace, 'viewer')
    expect(await store.changeRole({ ...change(ada, ben), role: 'operator' })).toBe('changed')
    expect(await store.changeRole({ ...change(ada, ben), role: 'operator' })).toBe('unchanged')
    expect((await people.roles(ada.workspace.id))[ben.userId]).toBe('operator')
    expect(await people.audit(ada.workspace.id)).toEqual([
      {
        action: 'member.role_changed',
        outcome: 'operator',
        actorUserId: ada.userId,
        subjectUserId: ben.userId,
        subjectName: ben.name,
        detail: { from: 'viewer' },
      },
    ])
  })

  it.each(ROLES.flatMap((actor) => ROLES.map((role): [Role, Role] => [actor, role])))(
    'are judged by the stored roles, not by those a request began with: %s gives %s',
    async (stored, role) => {
      const owner = await people.owner()
      const actor = await people.member(owner.workspace, stored)
      const member = await people.member(owner.workspace, 'viewer')
      const outcome = await store.changeRole({ ...change(actor, member), role })
      const mayManage = stored === 'admin' || stored === 'owner'
      const isAllowed = mayManage && !(stored === 'admin' && role === 'owner')
      expect(outcome).toBe(isAllowed ? (role === 'viewer' ? 'unchanged' : 'changed') : 'not_allowed')
      expect((await people.roles(owner.workspace.id))[member.userId]).toBe(isAllowed ? role : 'viewer')
    },
  )

  it('cannot raise themselves', async () => {
    const owner = await people.owner()
    for (const role of ['viewer', 'operator', 'admin'] as const) {
      const actor = await people.member(owner.workspace, role)
      expect(await store.changeRole({ ...change(actor, actor), role: 'owner' })).toBe('not_allowed')
      expect((await people.roles(owner.workspace.id))[actor.userId]).toBe(role)
    }
  })

  it('are never those of another workspace, which answers as if there were none', async () => {
    const [ada, other] = [await people.owner(), await people.owner()]
    for (const outcome of [
      await store.changeRole({ ...change(ada, other), role: 'viewer' }),
      await store.remove(change(ada, other)),
      await store.transferOwnership(change(ada, other)),
    ]) {
      expect(outcome).toBe('not_found')
    }
    expect(await store.changeRole({ ...change(other, other), workspaceId: ada.workspace.id, role: 'owner' })).toBe(
      'not_allowed',
    )
    expect(await people.roles(other.workspace.id)).toEqual({ [other.userId]: 'owner' })
  })

  it('keep their last owner, who can neither be lowered nor removed nor leave', async () => {
    const ada = await people.owner()
    const ben = await people.member(ada.workspace, 'admin')
    expect(await store.changeRole({ ...change(ada, ada), role: 'admin' })).toBe('last_owner')
    expect(await store.remove(change(ada, ada))).toBe('last_owner')
    expect(await store.remove(change(ben, ada))).toBe('not_allowed')
    expect((await people.roles(ada.workspace.id))[ada.userId]).toBe('owner')
  })

  it('keep an owner when two owners lower, remove or leave each other at once', async () => {
    for (let round = 0; round < 12; round += 1) {
      const ada = await people.owner()
      const ben = await people.member(ada.workspace, 'owner')
      const lower = (actor: typeof ada, member: typeof ada) =>
        store.changeRole({ ...change(actor, member), role: 'viewer' })
      const cases: readonly [() => Promise<string>, () => Promise<string>, readonly string[]][] = [
        [() => lower(ada, ben), () => lower(ben, ada), ['changed', 'not_allowed']],
        [() => store.remove(change(ada, ada)), () => store.remove(change(ben, ben)), ['last_owner', 'removed']],
        [() => store.remove(change(ada, ben)), () => store.remove(change(ben, ada)), ['not_allowed', 'removed']],
      ]
      for (const [one, other, outcomes] of cases.slice(round % 3, (round % 3) + 1)) {
        expect((await Promise.all([one(), other()])).sort()).toEqual(outcomes)
      }
      const owners = Object.values(await people.roles(ada.workspace.id)).filter((role) => role === 'owner')
      expect(owners).toHaveLength(1)
    }
  })

  it('hand over ownership whole or not at all', async () => {
    const ada = await people.owner()
    const ben = await people.member(ada.workspace, 'viewer')
    expect(await store.transferOwnership(change(ben, ada))).toBe('not_allowed')
    expect(await store.transferOwnership(change(ada, ben))).toBe('transferred')
    expect(await people.roles(ada.workspace.id)).toEqual({ [ada.userId]: 'admin', [ben.userId]: 'owner' })
    expect(await store.transferOwnership(change(ada, ben))).toBe('not_allowed')
  })

  it('leave, and are removed, with an entry each', async () => {
    const ada = await people.owner()
    const [ben, chidi] = [await people.member(ada.workspace, 'viewer'), await people.member(ada.workspace, 'operator')]
    expect(await store.remove(change(ben, ben))).toBe('removed')
    expect(await store.remove(change(ben, chidi))).toBe('not_allowed')
    expect(await store.remove(change(ada, chidi))).toBe('removed')
    expect(await store.remove(change(ada, chidi))).toBe('not_found')
    expect((await people.audit(ada.workspace.id)).map(({ action }) => action)).toEqual([
      'member.left',
      'member.removed',
    ])
  })

  it('are listed from the owners down, each with the day they came, and only their own', async () => {
    const ada = await people.owner()
    const ben = await people.member(ada.workspace, 'viewer')
    const chidi = await people.member(ada.workspace, 'admin')
    const other = await people.owner()
    const listed = await listMembers(ada.workspace.id, database.client())
    expect(listed.map(({ userId, role }) => [userId, role])).toEqual([
      [ada.userId, 'owner'],
      [chidi.userId, 'admin'],
      [ben.userId, 'viewer'],
    ])
    expect(listed[0]?.since).toBeInstanceOf(Date)
    expect(await getMember(ada.workspace.id, ben.userId, database.client())).toMatchObject({ email: ben.email })
    for (const absent of [other.userId, 'nonsense', "' OR true --"]) {
      expect(await getMember(ada.workspace.id, absent, database.client())).toBeNull()
    }
  })
})
