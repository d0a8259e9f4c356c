import { type Answer, htmlAnswer } from '../http/answer'
import { html, type Markup } from './html'

export type PageParameters = {
  title: string
  body: Markup
  status?: number
  /** Wide for tables, narrow for a form that is read from top to bottom. */
  width?: 'narrow' | 'wide'
  refreshSeconds?: number
  /** Origins a form of the page may lead to in the end: Chromium holds redirects to `form-action` too. */
  formTargets?: string[]
  navigation?: boolean
}

const NAVIGATION = [
  ['/control', 'Control'],
  ['/owner', 'Account owner'],
  ['/mail', 'Mail'],
] as const

export function page(parameters: PageParameters): Answer {
  const { title, body, status = 200, width = 'narrow', refreshSeconds, formTargets = [], navigation } = parameters
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshSeconds && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title} – Sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox.css">
</head>
<body class="${width}">
<header class="banner">
<p><strong>Sandbox – not Airwallex.</strong> Made-up people, companies and money.</p>
${navigation && html`<nav aria-label="Sandbox">${NAVIGATION.map(([href, name]) => html`<a href="${href}">${name}</a>`)}</nav>`}
</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`
  return htmlAnswer(status, document.text, {
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      'img-src data:',
      `form-action ${["'self'", ...formTargets].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
}

export function errorPage(status: number, title: string, explanation: string, code?: string): Answer {
  const body = html`<p>${explanation}</p>${code && html`<p class="muted">Error code: <code>${code}</code></p>`}`
  return page({ title, body, status })
}
