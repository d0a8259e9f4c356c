import type { Control } from '../control/control'
import type { NewFault } from '../faults/fault'
import { isOver, noOutage, type Outage } from '../faults/outage'
import { type Answer, redirectAnswer } from '../http/answer'
import type { JournalEntry } from '../state/journal'
import type { Verdict } from '../state/verdict'
import type { World } from '../state/world'
import { html, type Markup } from './html'
import { page } from './layout'

type Action = { label: string; run: (control: Control, times: number) => void }

const REFRESH_SECONDS = 2
const SHOWN_ENTRIES = 60

/** How many refreshes in a row a fault strikes. A caller repeats one by itself for five seconds. */
const TIMES = [1, 5, 20]
const OUTAGE_SECONDS = [30, 120]

const onNextRefresh = (fault: Omit<NewFault, 'match' | 'times'>) => (control: Control, times: number) => {
  control.addFault({ ...fault, times, match: { endpoint: 'token', grantType: 'refresh_token' } })
}

const FAULT_ACTIONS: Record<string, Action> = {
  drop_answer: { label: 'Drop the answer', run: onNextRefresh({ kind: 'drop_after' }) },
  kill_after_send: { label: 'Cut the connection after sending', run: onNextRefresh({ kind: 'reset_after' }) },
  lose_request: { label: 'Lose the request', run: onNextRefresh({ kind: 'drop_before' }) },
  fail_after: { label: 'Fail after processing', run: onNextRefresh({ kind: 'status_after', status: 500 }) },
  answer_503: { label: 'Answer 503', run: onNextRefresh({ kind: 'status', status: 503 }) },
  garble: { label: 'Garble the answer', run: onNextRefresh({ kind: 'malformed_json' }) },
  delay_answer: { label: 'Answer after 20 seconds', run: onNextRefresh({ kind: 'delay_answer', delayMs: 20_000 }) },
  no_refresh_token: {
    label: 'Leave out the refresh token',
    run: onNextRefresh({ kind: 'missing_field', field: 'refresh_token' }),
  },
  clear_faults: { label: 'Clear faults', run: (control) => control.clearFaults() },
}
const OUTAGE_ACTIONS: Record<string, Action> = {
  ...Object.fromEntries(
    OUTAGE_SECONDS.map((seconds) => [
      `outage_${seconds}`,
      {
        label: `Token outage of ${seconds} seconds`,
        run: (control: Control) => control.setOutage({ on: true, seconds }),
      },
    ]),
  ),
  outage_token: { label: 'Start token outage', run: (control) => control.setOutage({ on: true }) },
  outage_all: {
    label: 'Start full outage',
    run: (control) => control.setOutage({ on: true, scope: 'everything', mode: 'drop' }),
  },
  outage_off: { label: 'End outage', run: (control) => control.setOutage({ on: false }) },
}
const CLOCK_ACTIONS: Record<string, Action> = {
  clock_minute: { label: 'Advance 1 minute', run: (control) => control.advanceClock(60) },
  clock_five: { label: 'Advance 5 minutes', run: (control) => control.advanceClock(300) },
  clock_month: { label: 'Advance 31 days', run: (control) => control.advanceClock(31 * 86_400) },
  clock_reset: { label: 'Reset clock', run: (control) => control.resetClock() },
}
const ACTIONS: Record<string, Action> = { ...FAULT_ACTIONS, ...OUTAGE_ACTIONS, ...CLOCK_ACTIONS }

/** `POST /control/action`: a button of the page. */
export function controlAction(control: Control, form: URLSearchParams): Answer {
  const times = Number(form.get('times'))
  ACTIONS[form.get('action') ?? '']?.run(control, TIMES.includes(times) ? times : 1)
  return redirectAnswer(form.get('live') === 'yes' ? '/control?live=yes' : '/control')
}

export function controlPage(world: World, query: URLSearchParams): Answer {
  // Asked for, never by itself: a page that reloads takes the focus from whoever works on it.
  const isLive = query.get('live') === 'yes'
  const buttons = (
    actions: Record<string, Action>,
    options: Markup | null = null,
  ) => html`<form class="actions" method="post" action="/control/action">
${options}
${isLive && html`<input type="hidden" name="live" value="yes">`}
${Object.entries(actions).map(([name, { label }]) => html`<button name="action" value="${name}">${label}</button>`)}</form>`
  const faults = world.faults.list()
  const { clock, options } = world
  const outage = isOver(world.outage, clock.monotonic()) ? noOutage : world.outage
  const body = html`
<p class="muted">Clock ${new Date(clock.now()).toISOString().slice(0, 19)} UTC${offset(clock.offsetSeconds())} ·
dialect ${options.dialect} · grace ${options.graceSeconds} s · access token ${options.accessTokenSeconds} s ·
${isLive ? html`refreshes every ${REFRESH_SECONDS} s · <a href="/control">Stop</a>` : html`<a href="/control?live=yes">Refresh every ${REFRESH_SECONDS} s</a>`}</p>
<h2>Verdict</h2>
${verdictFigures(world.verdict)}
<h2>The next token refresh</h2>
<p class="muted">Connections are renewed when a token is needed: advance the clock by five minutes, then have a connection’s
balances read again in the <a href="${world.config.appOrigin}/connections">dashboard</a>, and stay on its page.</p>
${buttons(FAULT_ACTIONS, TIMES_FIELD)}
${faults.length > 0 && html`<p class="note">Waiting: ${faults.map((fault) => `${fault.kind} × ${fault.remaining}`).join(', ')}</p>`}
<h2>Outage</h2>
${buttons(OUTAGE_ACTIONS)}
${outage.on && html`<p class="note bad">Outage: ${outage.scope === 'token' ? 'token requests' : 'everything'}, ${outage.mode}${ends(outage, clock.monotonic())}</p>`}
<h2>Clock</h2>
${buttons(CLOCK_ACTIONS)}
<h2>Journal</h2>
${journalTable(world.journal.latest(SHOWN_ENTRIES))}`
  return page({
    title: 'Control',
    body,
    width: 'wide',
    navigation: true,
    ...(isLive && { refreshSeconds: REFRESH_SECONDS }),
  })
}

const TIMES_FIELD = html`<label>How many in a row <select name="times">${TIMES.map(
  (times) => html`<option value="${times}">${times}</option>`,
)}</select></label>`

const ends = ({ endsAtMs }: Outage, nowMs: number) =>
  endsAtMs === null ? '' : `, for ${Math.ceil((endsAtMs - nowMs) / 1_000)} s more`

function verdictFigures(verdict: Verdict) {
  const figures: [string, number, boolean][] = [
    ['Token requests', verdict.tokenRequests, false],
    ['Rotations', verdict.rotations, false],
    ['Code exchanges', verdict.exchanges, false],
    ['Superseded sends', verdict.supersededSends, true],
    ['Late sends', verdict.lateSends, true],
    ['Concurrent refreshes', verdict.concurrentRefreshes, true],
    ['Answered 429', verdict.answered429, true],
    ['Codes used twice', verdict.duplicateCodeUses, true],
    ['Connections killed', verdict.connectionsKilled, true],
  ]
  return html`<dl class="figures">${figures.map(
    ([name, count, isFault]) =>
      html`<div><dt>${name}</dt><dd class="${isFault && count > 0 ? 'bad' : ''}">${count}</dd></div>`,
  )}</dl>`
}

function journalTable(entries: JournalEntry[]) {
  if (entries.length === 0) return html`<p class="muted">No request yet.</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Journal"><table>
<thead><tr><th scope="col">#</th><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Account</th>
<th scope="col">Presented token</th><th scope="col">Outcome</th><th scope="col">Status</th><th scope="col">Fault</th>
<th scope="col">Delivered</th><th scope="col">ms</th></tr></thead>
<tbody>${entries.map(journalRow)}</tbody></table></div>`
}

function journalRow(entry: JournalEntry) {
  const isBad = entry.refreshTokenClass === 'older' || entry.refreshTokenClass === 'previous_after_grace'
  return html`<tr><td class="number">${entry.seq}</td><td>${new Date(entry.at).toISOString().slice(11, 23)}</td>
<td>${entry.endpoint}${entry.grantType && html` <small>${entry.grantType}</small>`}</td>
<td><code>${entry.accountId}</code></td>
<td class="${isBad ? 'bad' : ''}">${entry.refreshTokenClass?.replaceAll('_', ' ') ?? ''}${entry.overlaps > 0 && ' · concurrent'}</td>
<td>${entry.outcome ?? ''}${!entry.processed && 'not processed'}</td>
<td>${entry.status ?? '–'}${entry.error && html` <small>${entry.error}</small>`}</td><td>${entry.fault ?? ''}</td>
<td>${entry.delivered === null ? 'in flight' : entry.delivered ? 'yes' : html`<span class="bad">no</span>`}</td>
<td class="number">${entry.durationMs === null ? '' : entry.durationMs.toFixed(1)}</td></tr>`
}

function offset(seconds: number): string {
  return seconds === 0 ? '' : ` (${seconds > 0 ? '+' : ''}${seconds} s)`
}
