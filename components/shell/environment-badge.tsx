import { Badge } from '@/components/ui/badge'

const ENVIRONMENTS = {
  demo: { label: 'Demo', long: 'Demo environment', title: 'Connected to Airwallex’s demo environment: no real money' },
  local: {
    label: 'Local',
    long: 'Local environment',
    title: 'Connected to a local stand-in for Airwallex: no real accounts',
  },
} as const

type Props = { readonly environment: 'production' | 'demo' | 'local'; readonly long?: boolean }

/** On every page unless the environment is production. */
export function EnvironmentBadge({ environment, long = false }: Props) {
  if (environment === 'production') return null
  const { label, long: longLabel, title } = ENVIRONMENTS[environment]
  return (
    <Badge tone="caution" title={title} className="shrink-0">
      {long ? longLabel : label}
    </Badge>
  )
}
