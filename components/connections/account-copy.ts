import type { IconName } from '@/components/ui/icon'
import type { Tone } from '@/components/ui/tone'
import type {
  AccountDetails,
  AirwallexAccountStatus,
  BusinessStructure,
  LegalEntityType,
} from '@/lib/airwallex/account-api'

type Known<Value> = Value extends { readonly known: infer Name extends string } ? Name : never

const ACCOUNT_STATUSES: Readonly<
  Record<Known<AirwallexAccountStatus>, { readonly label: string; readonly tone: Tone; readonly icon: IconName }>
> = {
  CREATED: { label: 'Created', tone: 'neutral', icon: 'minus' },
  SUBMITTED: { label: 'Submitted', tone: 'info', icon: 'clock' },
  ACTION_REQUIRED: { label: 'Action required', tone: 'caution', icon: 'alert' },
  ACTIVE: { label: 'Active', tone: 'positive', icon: 'check' },
  SUSPENDED: { label: 'Suspended', tone: 'critical', icon: 'alert-circle' },
  DORMANT: { label: 'Dormant', tone: 'caution', icon: 'moon' },
  CLOSED: { label: 'Closed', tone: 'neutral', icon: 'circle-slash' },
}

const STRUCTURES: Readonly<Record<Known<BusinessStructure>, string>> = {
  COMPANY: 'Company',
  CORPORATION: 'Corporation',
  GENERAL_PARTNERSHIP: 'General partnership',
  LIMITED_LIABILITY_COMPANY: 'Limited liability company',
  LIMITED_LIABILITY_PARTNERSHIP: 'Limited liability partnership',
  LIMITED_PARTNERSHIP: 'Limited partnership',
  PARTNERSHIP: 'Partnership',
  SELF_MANAGED_SUPER_FUND: 'Self-managed super fund',
  SOLE_PROPRIETOR: 'Sole proprietor',
  NON_REGISTERED_SOLE_PROPRIETOR: 'Sole proprietor, not registered',
  TRUST: 'Trust',
  OTHER: 'Other structure',
}

const ENTITY_TYPES: Readonly<Record<Known<LegalEntityType>, string>> = {
  BUSINESS: 'Business',
  INDIVIDUAL: 'Individual',
}

/** Airwallex's own status in words; one that it has not listed is shown as it came. */
export function accountStatusLabel(status: AirwallexAccountStatus): {
  readonly label: string
  readonly tone: Tone
  readonly icon: IconName
} {
  return 'known' in status && status.known in ACCOUNT_STATUSES
    ? ACCOUNT_STATUSES[status.known]
    : { label: 'known' in status ? status.known : status.unrecognized, tone: 'neutral', icon: 'info' }
}

function inWords<Name extends string>(
  value: { readonly known: Name } | { readonly unrecognized: string } | null,
  words: Readonly<Record<Name, string>>,
): string | null {
  if (value === null) return null
  return 'known' in value ? (words[value.known] ?? value.known) : value.unrecognized
}

export const structureInWords = (structure: BusinessStructure | null) => inWords(structure, STRUCTURES)
export const entityTypeInWords = (type: LegalEntityType | null) => inWords(type, ENTITY_TYPES)

/** What to call a connection: the account's name, or its id while no name is known. */
export function connectionName(connection: {
  readonly airwallexAccountId: string
  readonly details: Pick<AccountDetails, 'displayName'> | null
}): string {
  return connection.details?.displayName ?? connection.airwallexAccountId
}
