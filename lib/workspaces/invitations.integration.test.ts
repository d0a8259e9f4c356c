import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ROLES, type Role } from '@/lib/auth/permissions'
import type { Mail } from '@/lib/mail/send-mail'
import { LIMITS } from '@/lib/security/limits'
import { type RateLimitStore, rateLimitStore } from '@/lib/security/rate-limit-store'
import { freshDatabase } from '@/scripts/testing/fresh-database'
import { type InvitationStore, invitationStore } from './invitation-store'
import { acceptInvitation, invite, readInvitation, resendInvitation, withdrawInvitation } from './invitations'
import { membershipStore } from './membership-store'
import { peopleOf, setEnvironment } from './testing/people'
import { listInvitations, listOwnWorkspaces } from './views'

const APP = 'https://dashboard.company.test'
const DAY = 24 * 3_600

let database: Awaited<ReturnType<typeof freshDatabase>>
let people: ReturnType<typeof peopleOf>
let store: InvitationStore
let limits: RateLimitStore
const sent: Mail[] = []
const send = vi.fn(async (mail: Mail) => {
  sent.push(mail)
  return { kind: 'sent' as const }
})
const deps = () => ({ appOrigin: APP, send, store, limits })
const clock = (seconds: number) =>
  database.sql(`CREATE OR REPLACE FUNCTION rotation_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT clock_timestamp() + interval '${seconds} seconds' $$`)

beforeAll(async () => {
  database = await freshDatabase()
  setEnvironment(database.url)
  people = peopleOf(database.sql)
  store = invitationStore(database.client(8))
  limits = rateLimitStore(database.client())
})
afterAll(() => database.close())
beforeEach(async () => {
  sent.length = 0
  await database.sql('TRUNCATE rate_limit')
  send.mockClear()
  await clock(0)
})

type Owner = Awaited<ReturnType<typeof people.owner>>

/** Invites an address and gives the token that its mail holds. */
async function invited(partnerUser: Owner, email: string, role: Role = 'viewer'): Promise<string> {
  expect(await invite({ partnerUser, email, role }, deps())).toEqual({ kind: 'mailed', email })
  return tokenOf(sent.at(-1))
}
const tokenOf = (mail: Mail | undefined) => /\/invitations\/([\w-]{43})\b/.exec(mail?.text ?? '')?.[1] ?? 'none'
const idOf = async (partnerUser: Owner) =>
  (await listInvitations(partnerUser.workspace.id, database.client()))[0]?.id ?? 'none'

describe('an invitation', () => {
  it('lets the owner of its address join once, by a link of which only a digest is kept', async () => {
    const ada = await people.owner('Harbour & Sons')
    const ben = await people.person('ben@elsewhere.test')
    const token = await invited(ada, 'ben@elsewhere.test', 'operator')
    expect(sent[0]).toMatchObject({ to: 'ben@elsewhere.test' })
    expect(sent[0]?.text).toContain(`${APP}/invitations/${token}`)
    expect(sent[0]?.text).toContain('Harbour & Sons')
    expect(sent[0]?.html).toContain('Harbour &amp; Sons')
    expect(JSON.stringify(await database.sql('SELECT * FROM invitation'))).not.toContain(token)

    expect(await readInvitation({ person: ben, token }, deps())).toEqual({
      workspaceId: ada.workspace.id,
      workspaceName: 'Harbour & Sons',
      role: 'operator',
      invitedBy: ada.name,
    })
    expect(await acceptInvitation({ person: ben, token }, deps())).toEqual({ workspaceId: ada.workspace.id })
    expect(await listOwnWorkspaces(ben.userId, database.client())).toEqual([{ ...ada.workspace, role: 'operator' }])
    expect(await acceptInvitation({ person: ben, token }, deps())).toBeNull()
    expect(await database.sql('SELECT 1 FROM invitation WHERE workspace_id = $1', [ada.workspace.id])).toEqual([])
    expect(await people.audit(ada.workspace.id)).toMatchObject([
      { action: 'invitation.sent', outcome: 'operator', actorUserId: ada.userId, subjectName: 'ben@elsewhere.test' },
      { action: 'invitation.accepted', outcome: 'operator', actorUserId: ben.userId },
    ])
  })

  it('is not used up by being read, however often', async () => {
    const ada = await people.owner()
    const ben = await people.person()
    const token = await invited(ada, ben.email)
    for (let n = 0; n < 5; n += 1) expect(await readInvitation({ person: ben, token }, deps())).not.toBeNull()
    expect(await acceptInvitation({ person: ben, token }, deps())).not.toBeNull()
  })

  it('answers alike for a link that is unknown, used, withdrawn, too old, malformed or for someone else', async () => {
    const ada = await people.owner()
    const chidi = await people.person()
    const fresh = async () => {
      const person = await people.person()
      return { person, token: await invited(ada, person.email) }
    }
    const unknown = { ...(await fresh()), token: 'x'.repeat(43) }
    const used = await fresh()
    await acceptInvitation(used, deps())
    const withdrawn = await fresh()
    expect(await withdrawInvitation({ partnerUser: ada, invitationId: await idOf(ada) }, deps())).toBe(true)
    const foreign = { ...(await fresh()), person: chidi }
    const malformed = { ...(await fresh()), token: "' OR true --" }
    for (const link of [unknown, used, withdrawn, foreign, malformed]) {
      expect(await readInvitation(link, deps())).toBeNull()
      expect(await acceptInvitation(link, deps())).toBeNull()
    }
    const old = await fresh()
    await clock(7 * DAY - 5)
    expect(await readInvitation(old, deps())).not.toBeNull()
    await clock(7 * DAY + 5)
    expect(await readInvitation(old, deps())).toBeNull()
    expect(await acceptInvitation(old, deps())).toBeNull()
    expect(await listOwnWorkspaces(old.person.userId, database.client())).toEqual([])
    expect(await listOwnWorkspaces(chidi.userId, database.client())).toEqual([])
  })

  it('takes an address that its provider has verified', async () => {
    const ada = await people.owner()
    const uma = await people.person('uma@partner.test', { verified: false })
    const token = await invited(ada, uma.email)
    expect(await acceptInvitation({ person: uma, token }, deps())).toBeNull()
    await database.sql('UPDATE partner_user SET email_verified = now() WHERE id = $1', [uma.userId])
    expect(await acceptInvitation({ person: uma, token }, deps())).not.toBeNull()
  })

  it('makes one member of two who accept at once, and of an acceptance and a withdrawal one wins', async () => {
    for (let round = 0; round < 8; round += 1) {
      const ada = await people.owner()
      const [one, other] = [await people.person(`twin${round}@x.test`), await people.person(`twin${round}@x.test`)]
      const token = await invited(ada, `twin${round}@x.test`)
      const accepted = await Promise.all([one, other].map((person) => acceptInvitation({ person, token }, deps())))
      expect(accepted.filter((outcome) => outcome !== null)).toHaveLength(1)
      expect(Object.keys(await people.roles(ada.workspace.id))).toHaveLength(2)

      const ben = await people.person()
      const link = await invited(ada, ben.email)
      const invitationId = await idOf(ada)
      const [joined, withdrawn] = await Promise.all([
        acceptInvitation({ person: ben, token: link }, deps()),
        withdrawInvitation({ partnerUser: ada, invitationId }, deps()),
      ])
      expect(withdrawn).toBe(joined === null)
      expect(ben.userId in (await people.roles(ada.workspace.id))).toBe(joined !== null)
    }
  })

  it('sent again has a new link and seven days more, and the old link is worth nothing', async () => {
    const ada = await people.owner()
    const ben = await people.person()
    const first = await invited(ada, ben.email)
    await clock(6 * DAY)
    expect(await resendInvitation({ partnerUser: ada, invitationId: await idOf(ada) }, deps())).toEqual({
      kind: 'mailed',
      email: ben.email,
    })
    const second = tokenOf(sent.at(-1))
    await clock(12 * DAY)
    expect(await acceptInvitation({ person: ben, token: first }, deps())).toBeNull()
    expect(await acceptInvitation({ person: ben, token: second }, deps())).not.toBeNull()
  })

  it('to the same address replaces the one before', async () => {
    const ada = await people.owner()
    const ben = await people.person()
    const first = await invited(ada, ben.email, 'admin')
    const second = await invited(ada, ben.email, 'viewer')
    expect(await listInvitations(ada.workspace.id, database.client())).toMatchObject([
      { role: 'viewer', isExpired: false },
    ])
    expect(await acceptInvitation({ person: ben, token: first }, deps())).toBeNull()
    await acceptInvitation({ person: ben, token: second }, deps())
    expect((await people.roles(ada.workspace.id))[ben.userId]).toBe('viewer')
  })

  it('is not for members, and does not change what one is who became a member meanwhile', async () => {
    const ada = await people.owner()
    const ben = await people.person()
    const token = await invited(ada, ben.email, 'admin')
    await database.sql(`INSERT INTO membership (workspace_id, user_id, role) VALUES ($1, $2, 'viewer')`, [
      ada.workspace.id,
      ben.userId,
    ])
    expect(await acceptInvitation({ person: ben, token }, deps())).toEqual({ workspaceId: ada.workspace.id })
    expect((await people.roles(ada.workspace.id))[ben.userId]).toBe('viewer')
    const again = { partnerUser: ada, email: ben.email, role: 'admin' } as const
    expect(await invite(again, deps())).toEqual({ kind: 'already_member' })
    expect(send).toHaveBeenCalledTimes(1)
  })

  it.each(ROLES.flatMap((actor) => ROLES.map((role): [Role, Role] => [actor, role])))(
    'by a %s gives %s only from within their own reach, by the roles of this moment',
    async (actor, role) => {
      const owner = await people.owner()
      const stored = await people.member(owner.workspace, actor)
      // What the request began with says more than is stored.
      const partnerUser = { ...stored, role: 'owner' } as const
      const isAllowed = (actor === 'admin' && role !== 'owner') || actor === 'owner'
      const outcome = await invite({ partnerUser, email: 'x@elsewhere.test', role }, deps())
      expect(outcome.kind).toBe(isAllowed ? 'mailed' : 'not_allowed')
      expect(send).toHaveBeenCalledTimes(isAllowed ? 1 : 0)
    },
  )

  it('of an owner is out of an admin’s reach: neither replaced, nor sent again, nor withdrawn', async () => {
    const ada = await people.owner()
    const admin = await people.member(ada.workspace, 'admin')
    const ben = await people.person()
    const token = await invited(ada, ben.email, 'owner')
    const invitationId = await idOf(ada)
    expect((await invite({ partnerUser: admin, email: ben.email, role: 'viewer' }, deps())).kind).toBe('not_allowed')
    expect((await resendInvitation({ partnerUser: admin, invitationId }, deps())).kind).toBe('not_found')
    expect(await withdrawInvitation({ partnerUser: admin, invitationId }, deps())).toBe(false)
    expect(await acceptInvitation({ person: ben, token }, deps())).not.toBeNull()
  })

  it('of another workspace is out of reach, and answers as if there were none', async () => {
    const [ada, other] = [await people.owner(), await people.owner()]
    const ben = await people.person()
    const token = await invited(ada, ben.email)
    const invitationId = await idOf(ada)
    expect(await resendInvitation({ partnerUser: other, invitationId }, deps())).toEqual({ kind: 'not_found' })
    expect(await withdrawInvitation({ partnerUser: other, invitationId }, deps())).toBe(false)
    for (const absent of ['nonsense', "' OR true --"]) {
      expect(await withdrawInvitation({ partnerUser: ada, invitationId: absent }, deps())).toBe(false)
    }
    expect(await acceptInvitation({ person: ben, token }, deps())).not.toBeNull()
  })

  it('goes with the role of whoever sent it: lowered or removed, they let no one in any more', async () => {
    const ada = await people.owner()
    const members = membershipStore(database.client())
    const [lowered, removed] = [
      await people.member(ada.workspace, 'owner'),
      await people.member(ada.workspace, 'admin'),
    ]
    const emails = ['one@x.test', 'two@x.test', 'three@x.test'] as const
    await invited(lowered, emails[0], 'owner')
    await invited(lowered, emails[1], 'operator')
    await invited(removed, emails[2], 'viewer')
    const by = { workspaceId: ada.workspace.id, actorId: ada.userId }
    expect(await members.changeRole({ ...by, userId: lowered.userId, role: 'admin' })).toBe('changed')
    expect(await members.remove({ ...by, userId: removed.userId })).toBe('removed')
    const left = await listInvitations(ada.workspace.id, database.client())
    expect(left.map(({ email }) => email)).toEqual([emails[1]])
  })

  it.each<[string, Role, (sender: Owner) => Promise<unknown>]>([
    [
      'was turned off',
      'owner',
      ({ userId }) => database.sql('UPDATE partner_user SET disabled_at = now() WHERE id = $1', [userId]),
    ],
    ['left', 'operator', ({ userId }) => database.sql('DELETE FROM membership WHERE user_id = $1', [userId])],
    [
      'is an admin now',
      'owner',
      ({ userId }) => database.sql(`UPDATE membership SET role = 'admin' WHERE user_id = $1`, [userId]),
    ],
    [
      'is a viewer now',
      'viewer',
      ({ userId }) => database.sql(`UPDATE membership SET role = 'viewer' WHERE user_id = $1`, [userId]),
    ],
    ['was deleted', 'admin', ({ userId }) => database.sql('DELETE FROM partner_user WHERE id = $1', [userId])],
  ])('lets no one in once its sender %s, until someone who may sends it again', async (_what, role, change) => {
    const ada = await people.owner()
    const sender = await people.member(ada.workspace, 'owner')
    const ben = await people.person()
    const token = await invited(sender, ben.email, role)
    const { partnerUserStore } = await import('@/lib/auth/partner-user-store')
    const isInvited = () => partnerUserStore(database.client()).isInvited({ email: ben.email, account: null })
    expect(await readInvitation({ person: ben, token }, deps())).not.toBeNull()
    expect(await isInvited()).toBe(true)

    await change(sender)
    expect(await readInvitation({ person: ben, token }, deps())).toBeNull()
    expect(await acceptInvitation({ person: ben, token }, deps())).toBeNull()
    expect(await isInvited()).toBe(false)
    expect(ben.userId in (await people.roles(ada.workspace.id))).toBe(false)
    expect(await listInvitations(ada.workspace.id, database.client())).toMatchObject([{ isSenderAllowed: false }])

    await resendInvitation({ partnerUser: ada, invitationId: await idOf(ada) }, deps())
    expect(await listInvitations(ada.workspace.id, database.client())).toMatchObject([{ isSenderAllowed: true }])
    expect(await isInvited()).toBe(true)
    const again = tokenOf(sent.at(-1))
    expect(await acceptInvitation({ person: ben, token: again }, deps())).toEqual({ workspaceId: ada.workspace.id })
  })

  it('that no mail server takes is passed on by whoever invites, as a link shown once', async () => {
    const ada = await people.owner()
    const ben = await people.person()
    for (const kind of ['not_configured', 'failed'] as const) {
      send.mockImplementationOnce(async () => ({ kind }) as never)
      const outcome = await invite({ partnerUser: ada, email: ben.email, role: 'viewer' }, deps())
      expect(outcome).toMatchObject({ kind: 'not_mailed', email: ben.email })
      const token = tokenOf({ text: outcome.kind === 'not_mailed' ? outcome.link : '' } as Mail)
      expect(await readInvitation({ person: ben, token }, deps())).not.toBeNull()
    }
  })

  it('is mailed to one address a few times a day, sending again included, and then passed on as a link', async () => {
    const ada = await people.owner()
    const { limit } = LIMITS['invitation.workspace_recipient']
    await invited(ada, 'often@x.test')
    const again = async () => resendInvitation({ partnerUser: ada, invitationId: await idOf(ada) }, deps())
    for (let i = 1; i < limit; i += 1) expect((await again()).kind).toBe('mailed')
    const refused = await again()
    expect(refused).toMatchObject({ kind: 'mail_limited', email: 'often@x.test' })
    expect(sent).toHaveLength(limit)
    // Whoever withdraws and invites anew gets no further.
    await withdrawInvitation({ partnerUser: ada, invitationId: await idOf(ada) }, deps())
    expect((await invite({ partnerUser: ada, email: 'often@x.test', role: 'viewer' }, deps())).kind).toBe(
      'mail_limited',
    )
    // Nor does it keep another workspace from inviting the same person, up to the limit of the address.
    for (let n = 1; n <= LIMITS['invitation.recipient'].limit - limit; n += 1) {
      expect(
        (await invite({ partnerUser: await people.owner(), email: 'often@x.test', role: 'viewer' }, deps())).kind,
      ).toBe('mailed')
    }
    expect(
      (await invite({ partnerUser: await people.owner(), email: 'often@x.test', role: 'viewer' }, deps())).kind,
    ).toBe('mail_limited')
    await clock(DAY + 1)
    expect((await invite({ partnerUser: ada, email: 'often@x.test', role: 'viewer' }, deps())).kind).toBe('mailed')
  })

  it('is mailed to at most so many addresses a day by one workspace', async () => {
    const ada = await people.owner()
    const { limit } = LIMITS['invitation.workspace']
    await invited(ada, 'first@x.test')
    await database.sql(`UPDATE rate_limit SET taken = $1 WHERE bucket = 'invitation.workspace'`, [limit])
    expect((await invite({ partnerUser: ada, email: 'one-more@x.test', role: 'viewer' }, deps())).kind).toBe(
      'mail_limited',
    )
    expect(
      (await invite({ partnerUser: await people.owner(), email: 'one-more@x.test', role: 'viewer' }, deps())).kind,
    ).toBe('mailed')
  })

  it('has the names of people in quotes and without a link, whatever they are called', async () => {
    const ada = await people.owner('Locked! Sign in at https://evil.test/now “today”')
    await invited(ada, 'ben@elsewhere.test')
    for (const body of [sent[0]?.text, sent[0]?.html]) {
      expect(body).not.toMatch(/evil\.test|https:\/\/evil/)
      expect(body).toContain('the workspace “Locked! Sign in at https: / / evil. test/ now today”')
    }
  })

  it('is one of at most a hundred that are open', async () => {
    const ada = await people.owner()
    await database.sql(
      `INSERT INTO invitation (id, workspace_id, email, role, token_digest, expires_at)
       SELECT gen_random_uuid(), $1::uuid, 'n' || n || '@x.test', 'viewer', 'digest' || n, now() FROM generate_series(1, 100) n`,
      [ada.workspace.id],
    )
    expect((await invite({ partnerUser: ada, email: 'more@x.test', role: 'viewer' }, deps())).kind).toBe('too_many')
    expect((await invite({ partnerUser: ada, email: 'n7@x.test', role: 'viewer' }, deps())).kind).toBe('mailed')
  })
})
