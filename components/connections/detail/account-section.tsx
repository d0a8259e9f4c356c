import type { ReactNode } from 'react'
import { entityTypeInWords, structureInWords } from '@/components/connections/account-copy'
import { AccountStatus } from '@/components/connections/account-status'
import { Definition, DefinitionList } from '@/components/ui/definition-list'
import { ForeignText } from '@/components/ui/foreign-text'
import { Moment } from '@/components/ui/moment'
import type { AccountDetails } from '@/lib/airwallex/account-api'
import { countryName } from '@/lib/format/country'
import type { ViewerClock } from '@/lib/format/time-zone'

type Props = { readonly details: AccountDetails; readonly clock: ViewerClock }

/** The chosen few fields of Airwallex's account; what is not there is left out. */
export function AccountDefinitions({ details, clock }: Props) {
  const created = details.createdAt === null ? null : new Date(details.createdAt)
  return (
    <DefinitionList>
      <Definition term="Airwallex status">
        <AccountStatus status={details.status} />
      </Definition>
      <Text term="Business name">{details.businessName}</Text>
      <Text term="Name in English">{unless(details.businessNameEnglish, details.businessName)}</Text>
      <Text term="Trading name">{unless(details.tradingName, details.businessName)}</Text>
      <Text term="Nickname">{unless(details.nickname, details.businessName, details.tradingName)}</Text>
      <Text term="Type">{entityTypeInWords(details.legalEntityType)}</Text>
      <Text term="Structure">{structureInWords(details.businessStructure)}</Text>
      <Text term="Country">{details.country && countryName(details.country)}</Text>
      <Text term="Operates in">{details.operatingCountries.map(countryName).join(', ')}</Text>
      {created && !Number.isNaN(created.getTime()) && (
        <Definition term="Opened at Airwallex">
          <Moment at={created} clock={clock} as="day" />
        </Definition>
      )}
    </DefinitionList>
  )
}

/** A name that stands above already is not repeated. */
const unless = (name: string | null, ...shown: readonly (string | null)[]) => (shown.includes(name) ? null : name)

function Text({ term, children }: { readonly term: ReactNode; readonly children: string | null }) {
  if (!children) return null
  return (
    <Definition term={term}>
      <ForeignText>{children}</ForeignText>
    </Definition>
  )
}
