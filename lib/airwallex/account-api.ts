import { z } from 'zod'
import type { Secret } from '@/lib/vault/secret'
import { type ApiRead, bearerHeaders, type ReadPolicy, readApi } from './api-reader'
import type { AirwallexConfig } from './endpoints'
import { type Recognizable, recognize, wireInstant, wireObject, wireText, wireTexts } from './wire-text'

/** `DORMANT` and `CLOSED` come with API version 2026-08-21. */
export const AIRWALLEX_ACCOUNT_STATUSES = [
  'CREATED',
  'SUBMITTED',
  'ACTION_REQUIRED',
  'ACTIVE',
  'SUSPENDED',
  'DORMANT',
  'CLOSED',
] as const

export const BUSINESS_STRUCTURES = [
  'COMPANY',
  'CORPORATION',
  'GENERAL_PARTNERSHIP',
  'LIMITED_LIABILITY_COMPANY',
  'LIMITED_LIABILITY_PARTNERSHIP',
  'LIMITED_PARTNERSHIP',
  'PARTNERSHIP',
  'SELF_MANAGED_SUPER_FUND',
  'SOLE_PROPRIETOR',
  'NON_REGISTERED_SOLE_PROPRIETOR',
  'TRUST',
  'OTHER',
] as const

export type AirwallexAccountStatus = Recognizable<(typeof AIRWALLEX_ACCOUNT_STATUSES)[number]>
export type LegalEntityType = Recognizable<'BUSINESS' | 'INDIVIDUAL'>
export type BusinessStructure = Recognizable<(typeof BUSINESS_STRUCTURES)[number]>

/**
 * The chosen few fields of Airwallex's account object. Never from it: contact data, identity documents, birth dates,
 * personal ids, addresses beyond the country. All of it may be absent.
 */
export type AccountDetails = {
  readonly airwallexAccountId: string | null
  /** What to call the account: its nickname, its business's name, or for an individual the holder's name. */
  readonly displayName: string | null
  readonly nickname: string | null
  readonly businessName: string | null
  readonly businessNameEnglish: string | null
  readonly tradingName: string | null
  readonly legalEntityType: LegalEntityType | null
  readonly businessStructure: BusinessStructure | null
  /** Upper-case ISO 3166-1 alpha-2, of the registration or else the business or home address. */
  readonly country: string | null
  readonly operatingCountries: readonly string[]
  readonly status: AirwallexAccountStatus | null
  /** ISO 8601 in UTC. */
  readonly createdAt: string | null
}

const address = wireObject({ country_code: wireText })

/** The wire's account, of which nothing else is read. */
export const accountSchema = z.object({
  id: wireText,
  nickname: wireText,
  status: wireText,
  created_at: wireInstant,
  account_details: wireObject({
    legal_entity_type: wireText,
    business_details: wireObject({
      business_name: wireText,
      business_name_english: wireText,
      business_name_trading: wireText,
      business_structure: wireText,
      registration_address: address,
      business_address: address,
      // Older versions of the API.
      address,
      operating_country: wireTexts,
    }),
    individual_details: wireObject({ first_name: wireText, last_name: wireText, residential_address: address }),
  }),
})

/** `GET /api/v1/account`, the connected account itself. Needs `account_details:read`. */
export function readAccount(
  config: AirwallexConfig,
  accessToken: Secret,
  policy?: Partial<ReadPolicy>,
): Promise<ApiRead<AccountDetails>> {
  return readApi(
    config,
    { path: '/api/v1/account', headers: bearerHeaders(config, accessToken), parse: parseAccount },
    policy,
  )
}

/** Undefined when it is not an object at all; whatever is unreadable inside is null. */
export function parseAccount(json: unknown): AccountDetails | undefined {
  const parsed = accountSchema.safeParse(json)
  if (!parsed.success) return undefined
  const { id, nickname, status, created_at, account_details } = parsed.data
  const { legal_entity_type, business_details: business, individual_details: individual } = account_details
  const countries = [
    business.registration_address,
    business.business_address,
    business.address,
    individual.residential_address,
  ].map(({ country_code }) => countryCode(country_code))
  const holder = [individual.first_name, individual.last_name].filter((name) => name !== null).join(' ')
  return {
    airwallexAccountId: id,
    displayName:
      nickname ??
      business.business_name ??
      business.business_name_english ??
      business.business_name_trading ??
      (holder || null),
    nickname,
    businessName: business.business_name,
    businessNameEnglish: business.business_name_english,
    tradingName: business.business_name_trading,
    legalEntityType: recognize(['BUSINESS', 'INDIVIDUAL'], legal_entity_type),
    businessStructure: recognize(BUSINESS_STRUCTURES, business.business_structure),
    country: countries.find((code) => code !== null) ?? null,
    operatingCountries: business.operating_country.map(countryCode).filter((code) => code !== null),
    status: recognize(AIRWALLEX_ACCOUNT_STATUSES, status),
    createdAt: created_at,
  }
}

const countryCode = (value: string | null) =>
  value !== null && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : null
