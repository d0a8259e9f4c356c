import clsx from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { ButtonLink } from '@/components/ui/button-link'
import { buttonStyles } from '@/components/ui/button-styles'
import { Card } from '@/components/ui/card'
import { ForeignText } from '@/components/ui/foreign-text'
import { Icon } from '@/components/ui/icon'
import { TONE_ICON, TONE_TEXT, TONE_TINT } from '@/components/ui/tone'
import type { CallbackOutcome } from '@/lib/authorization/outcomes'
import { ConnectButton } from './connect-button'
import { type NextStep, OUTCOMES, type OutcomeFacts } from './outcome-copy'

type Props = {
  readonly outcome: CallbackOutcome
  readonly facts: OutcomeFacts
  readonly connectionId: string | null
  readonly accountId?: string | null
  /** The viewer's own; null where no one is signed in. */
  readonly workspaceId: string | null
  readonly connect: (form: FormData) => Promise<void>
}

const GRANTED: readonly CallbackOutcome[] = ['connected', 'already_connected', 'reauthorized']

/** How an authorization ended, for which account and workspace, and what to do now. */
export function OutcomePanel({ outcome, facts, connectionId, accountId, workspaceId, connect }: Props) {
  const { tone, title, body, next } = OUTCOMES[outcome]
  const isGranted = GRANTED.includes(outcome)
  const steps = workspaceId ? next : (['sign_in'] as const)
  return (
    <Card className="p-6">
      <div role={isGranted ? 'status' : 'alert'}>
        <span className={clsx('mb-4 flex size-9 items-center justify-center rounded-full', TONE_TINT[tone])}>
          <Icon name={TONE_ICON[tone]} className={clsx('size-5', TONE_TEXT[tone])} />
        </span>
        <h1 className="text-xl font-semibold tracking-[-0.01em]">
          <ForeignText className="line-clamp-3">{title(facts)}</ForeignText>
        </h1>
        <p className="mt-2 text-text-muted">
          <ForeignText>{body(facts)}</ForeignText>
        </p>
      </div>
      {isGranted && accountId && (
        <dl className="mt-5 divide-y border-y text-sm">
          <Fact term="Account">
            <code className="font-mono break-all">{accountId}</code>
          </Fact>
          <Fact term="Workspace">
            <ForeignText>{facts.workspace}</ForeignText>
          </Fact>
        </dl>
      )}
      <div className="mt-6 flex flex-wrap items-center gap-2">
        {steps.map((step, index) => (
          <Step
            key={step}
            step={step}
            variant={index === 0 ? 'primary' : 'secondary'}
            purpose={facts.purpose}
            connectionId={connectionId}
            workspaceId={workspaceId ?? ''}
            connect={connect}
          />
        ))}
      </div>
      {isGranted && connectionId && (
        <p className="mt-5 text-sm text-text-muted">
          Not what you meant?{' '}
          <Link
            href={`/connections/${connectionId}/disconnect`}
            prefetch={false}
            className={buttonStyles({ variant: 'link', size: 'sm' })}
          >
            Disconnect
          </Link>
        </p>
      )}
    </Card>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6rem_1fr] gap-3 py-2">
      <dt className="text-text-muted">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}

type StepProps = Pick<Props, 'connectionId' | 'connect'> & {
  readonly workspaceId: string
  readonly step: NextStep
  readonly variant: 'primary' | 'secondary'
  readonly purpose: OutcomeFacts['purpose']
}

function Step({ step, variant, purpose, connectionId, workspaceId, connect }: StepProps) {
  const own = connectionId && `/connections/${connectionId}`
  switch (step) {
    case 'connect':
      return <ConnectButton action={connect} workspaceId={workspaceId} variant={variant} />
    case 'try_again': {
      if (purpose === 'connect' || !own)
        return <ConnectButton action={connect} workspaceId={workspaceId} variant={variant} />
      const page = purpose === 'reauthorize' ? 'reauthorize' : 'permissions'
      return (
        <ButtonLink href={`${own}/${page}`} variant={variant}>
          Try again
        </ButtonLink>
      )
    }
    case 'reauthorize':
      return (
        <ButtonLink href={own ? `${own}/reauthorize` : '/connections'} variant={variant}>
          Reauthorize
        </ButtonLink>
      )
    case 'view_connection':
      return (
        <ButtonLink href={own ?? '/connections'} variant={variant}>
          View connection
        </ButtonLink>
      )
    case 'sign_in':
      return (
        <ButtonLink href="/sign-in" variant={variant}>
          Sign in
        </ButtonLink>
      )
    case 'list':
      return (
        <ButtonLink href="/connections" variant={variant}>
          Go to connections
        </ButtonLink>
      )
  }
}
