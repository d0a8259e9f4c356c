import { z } from 'zod'

// What browsers send about blocked content. Anyone may post here, so what is kept is short, of a known shape and
// without query strings, which can hold codes.

const REPORTS_LIMIT = 10

export type Violation = { readonly directive: string; readonly blocked: string; readonly page: string }

const text = z.string().max(8_192)
// The Reporting API's names, and those of the older `report-uri`.
const reportingApi = z
  .array(
    z.object({ type: z.string(), body: z.object({ effectiveDirective: text, blockedURL: text, documentURL: text }) }),
  )
  .transform((reports) =>
    reports
      .filter(({ type }) => type === 'csp-violation')
      .slice(0, REPORTS_LIMIT)
      .map(({ body }) => violation(body.effectiveDirective, body.blockedURL, body.documentURL)),
  )
const reportUri = z
  .object({
    'csp-report': z.object({ 'violated-directive': text, 'blocked-uri': text, 'document-uri': text }),
  })
  .transform(({ 'csp-report': report }) => [
    violation(report['violated-directive'], report['blocked-uri'], report['document-uri']),
  ])
const body = z.union([reportingApi, reportUri])

/** The violations in a report's body; null for a body that is none. */
export function parseCspReport(json: string): readonly Violation[] | null {
  try {
    const parsed = body.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const violation = (directive: string, blocked: string, page: string): Violation => ({
  directive: /^[a-z-]{1,40}/.exec(directive)?.[0] ?? 'unknown',
  blocked: place(blocked, 'origin'),
  page: place(page, 'pathname'),
})

/** An address's origin or path; a keyword such as `inline` as it is. */
function place(value: string, part: 'origin' | 'pathname'): string {
  if (URL.canParse(value)) {
    const url = new URL(value)
    return url[part] === 'null' ? url.protocol : url[part]
  }
  return /^[a-z-]{1,40}$/.test(value) ? value : 'unknown'
}
