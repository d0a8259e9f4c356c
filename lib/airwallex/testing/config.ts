import type { AirwallexConfig } from '../endpoints'

/** A configuration for a server on loopback. */
export function configFor(origin: string, changes: Partial<AirwallexConfig> = {}): AirwallexConfig {
  return {
    environment: 'local',
    authorizationEndpoint: `${origin}/oauth/authorize`,
    tokenEndpoint: `${origin}/oauth/token`,
    apiOrigin: origin,
    clientId: 'appid_partner',
    clientSecret: 'client secret/sentinel+%',
    scopes: ['account_details:read', 'balance:read'],
    apiVersion: '2026-08-21',
    redirectUri: 'https://partner.test/api/airwallex/callback',
    ...changes,
  }
}
