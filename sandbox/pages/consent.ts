import type { Answer } from '../http/answer'
import type { ConsentFlows, Flow } from '../oauth/consent-flow'
import type { Account } from '../state/account'
import { PEOPLE } from '../state/people'
import { scopeWords } from '../state/scopes'
import { html, type Markup } from './html'
import { page } from './layout'

export type ConsentPage = {
  flow: Flow
  flows: ConsentFlows
  accounts: Account[]
  applicationOrigin: string
  problem?: string
}

export function consentPage(parameters: ConsentPage): Answer {
  switch (parameters.flow.step) {
    case 'sign_up':
      return signUp(parameters)
    case 'log_in':
      return logIn(parameters)
    case 'account':
      return chooseAccount(parameters)
    case 'review':
      return review(parameters)
  }
}

function signUp(parameters: ConsentPage): Answer {
  return step(parameters, 'Create an account', {
    text: html`<p>Open a new business account, then connect it to <strong>${host(parameters)}</strong>.</p>`,
    form: html`
<div class="field"><label for="business">Business name</label>
<input type="text" id="business" name="business" value="New Business Sandbox" maxlength="120" required></div>
<div class="actions"><button class="primary" name="action" value="sign_up">Create account</button>
<button name="action" value="to_log_in" formnovalidate>I already have an account</button></div>`,
  })
}

function logIn(parameters: ConsentPage): Answer {
  const people = PEOPLE.map(
    (person) => html`<li><button class="choice" name="user" value="${person.id}">
<span>Continue as ${person.name}<small>${person.role} · ${person.email}</small></span></button></li>`,
  )
  return step(parameters, 'Log in', {
    position: 1,
    text: html`<p><strong>${host(parameters)}</strong> asks for access to an account. Who are you?</p>`,
    form: html`<input type="hidden" name="action" value="log_in"><ul class="choices">${people}</ul>`,
  })
}

function chooseAccount(parameters: ConsentPage): Answer {
  const choices = parameters.accounts.map((account) => {
    const isClosed = account.status === 'CLOSED'
    return html`<li><label class="choice"><input type="radio" name="account" value="${account.id}" required ${isClosed && 'disabled'}>
<span><span class="clamp" dir="auto">${account.name}</span><small>${account.place} · ${account.status}<br><code>${account.id}</code></small></span></label></li>`
  })
  return step(parameters, 'Choose an account', {
    position: 2,
    text: html`<p>One account can be connected at a time.</p>`,
    form: html`<fieldset><legend class="hidden">Account</legend><ul class="choices">${choices}</ul></fieldset>
<div class="actions"><button class="primary" name="action" value="choose_account">Continue</button>
<button name="action" value="to_log_in" formnovalidate>Log in as someone else</button></div>`,
  })
}

function review(parameters: ConsentPage): Answer {
  const choice = parameters.flows.choice(parameters.flow)
  if (!choice) return logIn(parameters)
  const { person, account } = choice
  const scopes = parameters.flow.scopes.map(
    (scope) => html`<li><label class="choice"><input type="checkbox" name="scope" value="${scope}" checked>
<span>${scopeWords(scope)}<small><code>${scope}</code></small></span></label></li>`,
  )
  const decision = choice.mayConsent
    ? html`<p class="muted">You can take this back at any time on the account owner’s page.</p>
<div class="actions"><button class="primary" name="action" value="allow">Allow</button>
<button name="action" value="deny">Deny</button></div>`
    : html`<p class="note">Your role, ${person.role}, cannot give access. An Owner, Admin or Finance Admin can.</p>
<div class="actions"><button name="action" value="deny">Deny</button>
<button name="action" value="to_log_in">Log in as someone else</button></div>`
  return step(parameters, 'Review access', {
    position: 3,
    text: html`<p>With the consent of ${person.name}, <strong>${host(parameters)}</strong> will be able to do this in
<strong class="clamp" dir="auto">${account.name}</strong>:</p>`,
    form: html`<fieldset><legend class="hidden">Permissions</legend><ul class="choices">${scopes}</ul></fieldset>${decision}`,
  })
}

function step(
  { flow, problem }: ConsentPage,
  title: string,
  { position, text, form }: { position?: number; text: Markup; form: Markup },
): Answer {
  const body = html`
${position && html`<p class="steps">Step ${position} of 3</p>`}
${problem && html`<p class="note" role="alert">${problem}</p>`}
${text}
<form method="post" action="/oauth/consent"><input type="hidden" name="flow" value="${flow.id}">${form}</form>`
  return page({ title, body, formTargets: [new URL(flow.redirectUri).origin], status: problem ? 422 : 200 })
}

function host({ applicationOrigin }: ConsentPage): string {
  return `Partner application (${new URL(applicationOrigin).host})`
}
