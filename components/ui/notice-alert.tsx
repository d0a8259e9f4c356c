import { Alert } from './alert'
import type { Tone } from './tone'

export type Notice = { readonly tone: Tone; readonly title: string; readonly body?: string }

/** The notice a query parameter names. Null for anything else: the words never come from the URL. */
export function noticeOf(notices: Readonly<Record<string, Notice>>, code: unknown): Notice | null {
  return typeof code === 'string' && Object.hasOwn(notices, code) ? (notices[code] ?? null) : null
}

type Props = {
  readonly notices: Readonly<Record<string, Notice>>
  readonly code: unknown
  readonly className?: string
}

/** Reports the result of the action that led to this page. */
export function NoticeAlert({ notices, code, className }: Props) {
  const notice = noticeOf(notices, code)
  if (notice === null) return null
  const { tone, title, body } = notice
  return (
    <Alert tone={tone} title={title} role={tone === 'caution' ? 'alert' : 'status'} className={className}>
      {body || null}
    </Alert>
  )
}
