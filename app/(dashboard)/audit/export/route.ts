import { type NextRequest, NextResponse } from 'next/server'
import { sentence } from '@/components/audit/sentence'
import { EXPORT_FILES, EXPORT_FORMATS } from '@/lib/audit/export'
import { exportLog } from '@/lib/audit/export-log'
import { withOrigin } from '@/lib/audit/origin'
import { isFromOwnOrigin } from '@/lib/auth/own-origin'
import { getPartnerUser } from '@/lib/auth/partner-user'
import { requestClient } from '@/lib/auth/request-client'
import { env } from '@/lib/env'
import { takeFromLimits } from '@/lib/security/rate-limit'
import { readLogRequest } from '../read-log'

export const dynamic = 'force-dynamic'
export const maxDuration = 300

const refused = (text: string, status = 400) =>
  new Response(`${text}\n`, { status, headers: { 'cache-control': 'no-store' } })

/**
 * The filtered log as a file, made piece by piece while it is read. A POST from a page of ours, because it writes an entry:
 * a link elsewhere must not make someone export, and signing in must not lead here.
 */
export async function POST(request: NextRequest): Promise<Response> {
  const { appOrigin } = env()
  if (!isFromOwnOrigin(request.headers, appOrigin)) return refused('The export starts from the audit log.', 403)
  // 303 and the page instead of a redirect of its own: 307 would post again to wherever it leads.
  if (!(await getPartnerUser())) return NextResponse.redirect(new URL('/audit', appOrigin), 303)
  const { format: given, ...parameters } = query(request.nextUrl.searchParams)
  const asked = await readLogRequest(parameters)
  const format = EXPORT_FORMATS.find((known) => known === given)
  if (!format) return refused('The format must be csv or json_lines.')
  if (asked.request.kind === 'invalid') return refused(Object.values(asked.request.problems).join('\n'))
  const { partnerUser, clock } = asked
  const taken = await takeFromLimits([
    ['audit_export.user', partnerUser.userId],
    ['audit_export.workspace', partnerUser.workspace.id],
  ])
  if (taken.kind === 'refused') return NextResponse.redirect(new URL('/too-many', appOrigin), 303)
  const { filter } = asked.request
  const { type, extension } = EXPORT_FILES[format]
  const body = await withOrigin(requestClient(request.headers), () =>
    exportLog({ partnerUser, format, filter, timeZone: clock.timeZone, words: sentence }),
  )
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="audit-log-${clock.now.toISOString().slice(0, 10)}.${extension}"`,
      'cache-control': 'private, no-store',
    },
  })
}

/** As a page gets them: a name given twice is a list. */
function query(parameters: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(parameters.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length > 1 ? values : (values[0] ?? '')]
    }),
  )
}
