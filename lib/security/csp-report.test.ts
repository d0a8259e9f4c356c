import { describe, expect, it } from 'vitest'
import { parseCspReport } from './csp-report'

const modern = (body: object, type = 'csp-violation') => ({ type, age: 1, url: 'https://x.test', body })
const blocked = {
  effectiveDirective: 'script-src-elem',
  blockedURL: 'https://evil.test/x.js?a=1',
  documentURL: 'https://d.test/connect?code=SECRET',
}

describe('reports of blocked content', () => {
  it('keeps directive, origin and path of a report, and no query', () => {
    const reports = parseCspReport(JSON.stringify([modern(blocked), modern(blocked, 'deprecation')]))
    expect(reports).toEqual([{ directive: 'script-src-elem', blocked: 'https://evil.test', page: '/connect' }])
  })

  it('reads the older form and keywords', () => {
    const report = {
      'violated-directive': "style-src-elem 'self'",
      'blocked-uri': 'inline',
      'document-uri': 'https://d.test/a?b=SECRET#c',
    }
    expect(parseCspReport(JSON.stringify({ 'csp-report': report }))).toEqual([
      { directive: 'style-src-elem', blocked: 'inline', page: '/a' },
    ])
  })

  it('keeps no free text', () => {
    const reports = parseCspReport(
      JSON.stringify([
        modern({ effectiveDirective: '"}\n{', blockedURL: 'data:text/html,SECRET', documentURL: 'a b' }),
      ]),
    )
    expect(reports).toEqual([{ directive: 'unknown', blocked: 'data:', page: 'unknown' }])
  })

  it.each(['', '{', '[]]', 'null', '7', '{}', '[{"type":"csp-violation"}]'])('refuses the body %j', (json) => {
    expect(parseCspReport(json)).toBeNull()
  })
})
