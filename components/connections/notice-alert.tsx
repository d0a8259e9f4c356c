import { Alert } from '@/components/ui/alert'
import { NOTICES, parseNotice } from './notice-copy'

/** What became of the action that led to this page, if its address names something we know. */
export function NoticeAlert({ code }: { readonly code: unknown }) {
  const notice = parseNotice(code)
  if (notice === null) return null
  const { tone, title, body } = NOTICES[notice]
  return (
    <Alert tone={tone} title={title} role={tone === 'caution' ? 'alert' : 'status'} className="mb-6">
      {body || null}
    </Alert>
  )
}
