import type { NextRequest } from 'next/server'
import { sentence } from '@/components/audit/sentence'
import { EXPORT_FILES, EXPORT_FORMATS } from '@/lib/audit/export'
import { exportLog } from '@/lib/audit/export-log'
import { withOrigin } from '@/lib/audit/origin'
import { requestClient } from '@/lib/auth/request-client'
import { readLogRequest } from '../read-log'

export const dynamic = 'force-dynamic'
export const maxDuration = 300

const refused = (text: string) => new Response(`${text}\n`, { status: 400, headers: { 'cache-control': 'no-store' } })

/** The filtered log as a file. Its pieces are made while they are read. */
export async function GET(request: NextRequest): Promise<Response> {
  const { format: given, ...parameters } = query(request.nextUrl.searchParams)
  const asked = await readLogRequest(parameters)
  const format = EXPORT_FORMATS.find((known) => known === given)
  if (!format) return refused('The format must be csv or json_lines.')
  if (asked.request.kind === 'invalid') return refused(Object.values(asked.request.problems).join('\n'))
  const { partnerUser, clock } = asked
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

/** Next would run GET for it, which notes an export. */
export function HEAD(): Response {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
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
