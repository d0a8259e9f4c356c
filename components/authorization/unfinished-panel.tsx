import { ButtonLink } from '@/components/ui/button-link'
import { Card } from '@/components/ui/card'
import type { Progress } from '@/lib/authorization/progress'

type Props = { readonly progress: Exclude<Progress['kind'], 'ended'> }

const RELOAD_SECONDS = 2

export const UNFINISHED: Readonly<Record<Props['progress'], { readonly title: string; readonly body: string }>> = {
  waiting: {
    title: 'Not finished yet',
    body: 'We have not heard back from Airwallex. Finish in the other tab, or start again from your connections.',
  },
  finishing: {
    title: 'Finishing',
    body: 'Airwallex sent you back, and we are creating the connection. This page updates on its own.',
  },
  interrupted: {
    title: 'This was interrupted',
    body: 'We were creating the connection when something on our side stopped. A consent works only once. Check your connections, and start again if the account is not there.',
  },
}

/** There is no outcome yet, or there never will be. Goes on without JavaScript too. */
export function UnfinishedPanel({ progress }: Props) {
  const { title, body } = UNFINISHED[progress]
  return (
    <Card className="p-6">
      {progress === 'finishing' && <meta httpEquiv="refresh" content={String(RELOAD_SECONDS)} />}
      <div role="status">
        <h1 className="flex items-center gap-2.5 text-xl font-semibold tracking-[-0.01em]">
          {progress === 'finishing' && (
            <svg
              className="spin size-5 text-accent"
              viewBox="0 0 16 16"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.75"
              aria-hidden="true"
            >
              <path d="M14 8a6 6 0 1 1-6-6" strokeLinecap="round" />
            </svg>
          )}
          {title}
        </h1>
        <p className="mt-2 text-text-muted">{body}</p>
      </div>
      {progress !== 'finishing' && (
        <ButtonLink href="/connections" className="mt-6">
          Go to connections
        </ButtonLink>
      )}
    </Card>
  )
}
