import type { Metadata } from 'next'
import { viewerClock } from '@/components/shell/viewer-clock'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Moment } from '@/components/ui/moment'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { SubmitButton } from '@/components/ui/submit-button'
import { requirePerson } from '@/lib/auth/partner-user'
import { listSessions } from '@/lib/auth/session-views'
import { signOutOne, signOutOthers } from './actions'

export const metadata: Metadata = { title: 'Your account' }

const ENDED = {
  one: 'That browser is signed out. It loses access with its next click.',
  others: 'Every other browser is signed out. Each loses access with its next click.',
} as const

type Props = { readonly searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AccountPage({ searchParams }: Props) {
  const person = await requirePerson()
  const [sessions, clock, { ended }] = await Promise.all([listSessions(person), viewerClock(), searchParams])
  const done = ended === 'one' || ended === 'others' ? ENDED[ended] : null
  return (
    <div className="max-w-[52rem]">
      <PageHeader title="Your account">
        <p>
          Signed in as {person.name}
          {person.email && person.email !== person.name && <> ({person.email})</>}.
        </p>
      </PageHeader>
      {done && <Alert tone="positive" title={done} role="status" className="mt-6" />}
      <Section
        id="sessions"
        title="Where you are signed in"
        className="mt-8"
        aside={
          sessions.length > 1 && (
            <form action={signOutOthers}>
              <SubmitButton variant="quiet" size="sm" pendingLabel="Signing out…">
                Sign out everywhere else
              </SubmitButton>
            </form>
          )
        }
      >
        <ul className="divide-y">
          {sessions.map(({ id, device, address, signedInAt, lastSeenAt, isCurrent }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3">
              <div className="min-w-0 flex-1 basis-60">
                <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
                  {device ?? 'Unknown browser'}
                  {isCurrent && <Badge tone="info">This browser</Badge>}
                </p>
                <p className="text-sm text-text-muted">
                  Signed in <Moment at={signedInAt} clock={clock} />
                  {', '}
                  {isCurrent ? (
                    'in use now'
                  ) : (
                    <>
                      last used <Moment at={lastSeenAt} clock={clock} />
                    </>
                  )}
                  {address ? ` at ${address}` : ', at an unknown IP address'}
                </p>
              </div>
              {!isCurrent && (
                <form action={signOutOne}>
                  <input type="hidden" name="sessionId" value={id} />
                  <SubmitButton
                    variant="secondary"
                    size="sm"
                    pendingLabel="Signing out…"
                    aria-label={`Sign out ${device ?? 'that browser'}${address ? ` at ${address}` : ''}`}
                  >
                    Sign out
                  </SubmitButton>
                </form>
              )}
            </li>
          ))}
        </ul>
        <p className="mt-3 max-w-prose text-sm text-text-muted">
          Sessions end after 30 minutes without activity and after 12 hours. If you do not recognize one, sign it out
          and change the password of your sign-in provider or mailbox.
        </p>
      </Section>
    </div>
  )
}
