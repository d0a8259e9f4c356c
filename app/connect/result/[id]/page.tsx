import { setTimeout } from 'node:timers/promises'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { OutcomePanel } from '@/components/authorization/outcome-panel'
import { UnfinishedPanel } from '@/components/authorization/unfinished-panel'
import { connectionName } from '@/components/connections/account-copy'
import { EnvironmentBadge } from '@/components/shell/environment-badge'
import { PlainPage } from '@/components/shell/plain-page'
import { viewerClock } from '@/components/shell/viewer-clock'
import { getPartnerUser, requirePartnerUser } from '@/lib/auth/partner-user'
import { type CallbackOutcome, isUnattributedOutcome } from '@/lib/authorization/outcomes'
import { judgeProgress } from '@/lib/authorization/progress'
import { type AuthorizationResult, getAuthorizationResult } from '@/lib/authorization/views'
import { now } from '@/lib/clock'
import { env } from '@/lib/env'
import { connect } from '../../../(dashboard)/connections/actions'

export const metadata: Metadata = { title: 'Connecting to Airwallex' }

type Props = { readonly params: Promise<{ readonly id: string }> }

/** What became of an authorization. The address holds an id of the viewer's own or one of a few words, never a message. */
export default async function ResultPage({ params }: Props) {
  const { id } = await params
  return (
    <PlainPage badge={<EnvironmentBadge environment={env().airwallex.environment} />}>
      <Result id={id} />
    </PlainPage>
  )
}

async function Result({ id }: { readonly id: string }) {
  if (isUnattributedOutcome(id)) {
    // A database outage also ends in such an outcome, so this page renders without knowing the viewer.
    const viewer = await getPartnerUser().catch(() => null)
    const facts = { account: null, workspace: viewer?.workspace.name ?? '', purpose: 'connect' } as const
    return (
      <OutcomePanel
        outcome={id}
        facts={facts}
        connectionId={null}
        workspaceId={viewer?.workspace.id ?? null}
        connect={connect}
      />
    )
  }
  const [partnerUser, clock] = await Promise.all([requirePartnerUser(), viewerClock()])
  const viewer = { userId: partnerUser.userId, workspaceId: partnerUser.workspace.id }
  const result = await getAuthorizationResult(viewer, id, clock.now)
  if (!result) notFound()
  const progress = judgeProgress(result, clock.now)
  if (progress.kind !== 'ended') return <UnfinishedPanel progress={progress.kind} />
  const ended = { outcome: progress.outcome, result, workspaceId: viewer.workspaceId }
  const shown = <EndedPanel {...ended} />
  if (!result.connection || result.connection.details) return shown
  return (
    <Suspense fallback={shown}>
      <NamedPanel {...ended} read={() => getAuthorizationResult(viewer, id, now())} />
    </Suspense>
  )
}

type EndedProps = {
  readonly outcome: CallbackOutcome
  readonly result: AuthorizationResult
  readonly workspaceId: string
}

function EndedPanel({ outcome, result, workspaceId }: EndedProps) {
  const { connection, purpose, workspaceName: workspace } = result
  return (
    <OutcomePanel
      outcome={outcome}
      facts={{ account: connection && connectionName(connection), workspace, purpose }}
      connectionId={connection?.id ?? null}
      accountId={connection?.airwallexAccountId ?? null}
      workspaceId={workspaceId}
      connect={connect}
    />
  )
}

const NAME_WAITS_MS = [200, 400, 800, 1_600]

type NamedProps = EndedProps & { readonly read: () => Promise<AuthorizationResult | null> }

/** The account's name is read right after the callback; once it arrives, it replaces the bare id. */
async function NamedPanel({ read, ...ended }: NamedProps) {
  for (const waitMs of NAME_WAITS_MS) {
    await setTimeout(waitMs)
    const later = await read()
    if (later?.connection?.details) return <EndedPanel {...ended} result={later} />
  }
  return <EndedPanel {...ended} />
}
