import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ButtonLink } from '@/components/ui/button-link'
import type { AuditRequest } from '@/lib/audit/log-request'
import type { Choice } from '@/lib/audit/views'
import { ACTIONS } from './sentences'

type Problems = Extract<AuditRequest, { kind: 'invalid' }>['problems']
type Field = 'actor' | 'action' | 'connection' | 'from' | 'to'

type Props = {
  /** As the address has them. */
  readonly given: Readonly<Partial<Record<Field, string>>>
  readonly problems: Problems
  readonly actors: readonly Choice[]
  readonly connections: readonly Choice[]
}

const control =
  'h-8 w-full min-w-0 rounded-md border border-border-strong bg-surface-raised px-2 text-base pointer-coarse:h-11'

/** What of the log is shown; a form that leads to an address, so that it works without JavaScript and can be kept. */
export function LogFilter({ given, problems, actors, connections }: Props) {
  const isFiltered = Object.values(given).some(Boolean)
  const of = (name: Field) => ({
    id: `filter-${name}`,
    name,
    className: control,
    defaultValue: given[name] ?? '',
    'aria-invalid': problems[name] ? true : undefined,
    'aria-describedby': problems[name] ? `filter-${name}-problem` : undefined,
  })
  return (
    <search>
      <form
        // Another address, another form: what was typed and not sent is not of this one.
        key={JSON.stringify(given)}
        action="/audit"
        method="get"
        aria-label="Filter the log"
        className="grid grid-cols-2 items-end gap-3 lg:grid-cols-[repeat(3,minmax(0,1fr))_9rem_9rem_auto]"
      >
        <Labelled name="actor" label="Who" problem={problems.actor} className="max-sm:col-span-2">
          <select {...of('actor')}>
            <option value="">Everyone</option>
            <Options choices={actors} />
            <option value="airwallex">Airwallex</option>
            <option value="system">The dashboard</option>
          </select>
        </Labelled>
        <Labelled name="action" label="What" problem={problems.action} className="max-sm:col-span-2">
          <select {...of('action')}>
            <option value="">Everything</option>
            <Options choices={Object.entries(ACTIONS).map(([id, { label }]) => ({ id, name: label }))} />
          </select>
        </Labelled>
        <Labelled name="connection" label="Connection" problem={problems.connection} className="max-lg:col-span-2">
          <select {...of('connection')}>
            <option value="">All connections</option>
            <Options choices={connections} />
          </select>
        </Labelled>
        <Labelled name="from" label="From" problem={problems.from}>
          <input type="date" {...of('from')} />
        </Labelled>
        <Labelled name="to" label="To" problem={problems.to}>
          <input type="date" {...of('to')} />
        </Labelled>
        <div className="flex gap-2 max-lg:col-span-2">
          <Button type="submit" variant="secondary" size="sm">
            Show
          </Button>
          {isFiltered && (
            <ButtonLink href="/audit" variant="quiet" size="sm">
              Clear
            </ButtonLink>
          )}
        </div>
      </form>
    </search>
  )
}

type LabelledProps = {
  readonly name: Field
  readonly label: string
  readonly problem: string | undefined
  readonly className?: string
  readonly children: ReactNode
}

function Labelled({ name, label, problem, className, children }: LabelledProps) {
  return (
    <div className={clsx('grid min-w-0 gap-1', className)}>
      <label htmlFor={`filter-${name}`} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {problem && (
        <p id={`filter-${name}-problem`} className="text-sm text-critical">
          {problem}
        </p>
      )}
    </div>
  )
}

const Options = ({ choices }: { readonly choices: readonly Choice[] }) =>
  choices.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ))
