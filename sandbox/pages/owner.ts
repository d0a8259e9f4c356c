import type { Control } from '../control/control'
import { type Answer, redirectAnswer } from '../http/answer'
import { findPerson, mayConsent, ROLES, type Role } from '../state/people'
import type { World } from '../state/world'
import { html } from './html'
import { errorPage, page } from './layout'

const STATUSES = { suspend: 'SUSPENDED', close: 'CLOSED', reactivate: 'ACTIVE' } as const

/** `POST /owner/action`: what the owner of an account does about the application. */
export function ownerAction(control: Control, form: URLSearchParams): Answer {
  const accountId = form.get('account') ?? ''
  const action = form.get('action') ?? ''
  if (!control.accounts().some(({ id }) => id === accountId)) {
    return errorPage(404, 'There is no such account', 'Go back and choose another one.')
  }
  if (action === 'disconnect') control.disconnect(accountId)
  else if (action === 'role') control.setRole(accountId, form.get('user') ?? '', toRole(form.get('role')))
  else if (action in STATUSES) control.setAccountStatus(accountId, STATUSES[action as keyof typeof STATUSES])
  return redirectAnswer(`/owner#${accountId}`)
}

export function ownerPage(world: World, control: Control): Answer {
  const body = html`<p>What the people of the connected companies can do at Airwallex. Each change that ends a connection
sends its webhooks.</p>
${control.accounts().map((account) => accountCard(world, account))}`
  return page({ title: 'Account owner', body, width: 'wide', navigation: true })
}

function accountCard(world: World, account: ReturnType<Control['accounts']>[number]) {
  const live = account.grants.filter((grant) => grant.endedBy === null)
  const last = account.grants.at(-1)
  const isConnected = live.length > 0
  const users = [...new Set(account.grants.map((grant) => grant.userId))]
  return html`<section class="card" id="${account.id}" aria-labelledby="${account.id}-name">
<h2 id="${account.id}-name"><span class="clamp" dir="auto">${account.name}</span></h2>
<p class="muted"><code>${account.id}</code> · ${account.place} · ${account.status}</p>
<p>${isConnected ? html`<span class="good">Connected</span>` : 'Not connected'}${
    isConnected && last && `, by ${findPerson(last.userId)?.name ?? last.userId}: ${last.scopes.join(', ')}`
  }${!isConnected && last && ` (ended: ${(last.endedBy ?? '').replaceAll('_', ' ')})`}</p>
<div class="actions">
<form method="post" action="/owner/action"><input type="hidden" name="account" value="${account.id}">
${isConnected && html`<button class="danger" name="action" value="disconnect">Disconnect</button>`}
${account.status !== 'SUSPENDED' && html`<button name="action" value="suspend">Suspend</button>`}
${account.status !== 'CLOSED' && html`<button name="action" value="close">Close</button>`}
${account.status !== 'ACTIVE' && html`<button name="action" value="reactivate">Reactivate</button>`}</form>
${users.map((userId) => roleForm(account.id, userId, world.accounts.role(account.id, userId)))}
</div></section>`
}

function roleForm(accountId: string, userId: string, current: Role) {
  const field = `${accountId}-${userId}`
  return html`<form method="post" action="/owner/action"><input type="hidden" name="account" value="${accountId}">
<input type="hidden" name="user" value="${userId}">
<label for="${field}">Role of ${findPerson(userId)?.name ?? userId}</label>
<select id="${field}" name="role">${ROLES.map(
    (role) =>
      html`<option ${role === current && 'selected'} value="${role}">${role}${!mayConsent(role) && ' (loses consent)'}</option>`,
  )}</select>
<button name="action" value="role">Change role</button></form>`
}

function toRole(text: string | null): Role {
  return ROLES.find((role) => role === text) ?? 'Viewer'
}
