import { createHash, timingSafeEqual } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import { Secret } from '@/lib/vault/secret'
import type { AirwallexConfig } from './endpoints'
import { authorizationServer, oauthClient } from './oauth-client'

declare const verified: unique symbol

/** Made by `verifyAuthorizationResponse` alone, good for one exchange. */
export type VerifiedAuthorizationResponse = {
  readonly code: Secret
  readonly codeVerifier: Secret
  readonly redirectUri: string
  readonly [verified]: true
}

export type AuthorizationResponse =
  | { readonly kind: 'verified'; readonly response: VerifiedAuthorizationResponse }
  /** `access_denied`: the person said no (RFC 6749 §4.1.2.1). */
  | { readonly kind: 'denied_by_user' }
  | { readonly kind: 'authorization_error'; readonly error: string }
  /** Not an answer to our request; nothing may be sent for it. */
  | { readonly kind: 'malformed'; readonly problem: MalformedProblem }

export type MalformedProblem = 'duplicate_parameter' | 'too_long' | 'state' | 'issuer' | 'code' | 'unsupported'

export type ExpectedAuthorizationResponse = {
  /** `digestState` of the state that was sent, as stored. */
  readonly stateDigest: string
  readonly codeVerifier: Secret
  readonly redirectUri: string
}

const READ_PARAMETERS = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'response',
  'id_token',
  'token',
]
const MAX_PARAMETERS = 20
const MAX_VALUE_CHARACTERS = 2_048
const STATE = /^[A-Za-z0-9_-]{43}$/
const ERRORS = [
  'invalid_request',
  'unauthorized_client',
  'unsupported_response_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
]

/** 32 random bytes, base64url; Airwallex limits some states to 100 characters. */
export const createState = (): Secret => new Secret(oauth.generateRandomState())

/** 32 random bytes, base64url (RFC 7636 §4.1). */
export const createCodeVerifier = (): Secret => new Secret(oauth.generateRandomCodeVerifier())

/** RFC 7636 §4.2. */
export const createS256CodeChallenge = (codeVerifier: Secret): Promise<string> =>
  oauth.calculatePKCECodeChallenge(codeVerifier.reveal())

/** SHA-256 in hexadecimal: what is stored of a state. */
export const digestState = (state: Secret): string => createHash('sha256').update(state.reveal()).digest('hex')

/** The authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). Scopes are joined by spaces, which the URL shows as `+`. */
export function buildAuthorizationUrl({
  config,
  state,
  codeChallenge,
  scopes,
  signUp = false,
}: {
  readonly config: Pick<AirwallexConfig, 'authorizationEndpoint' | 'clientId' | 'redirectUri'>
  readonly state: Secret
  readonly codeChallenge: string
  readonly scopes: readonly string[]
  /** Opens an Airwallex account and consents in one go. */
  readonly signUp?: boolean
}): URL {
  const url = new URL(config.authorizationEndpoint)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    scope: scopes.join(' '),
    state: state.reveal(),
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...(signUp ? { sign_up: 'true' } : {}),
  }).toString()
  return url
}

/** The state of a callback, to find its pending authorization by; null unless there is exactly one that we could have sent. */
export function readState(parameters: URLSearchParams): Secret | null {
  const [state, ...others] = parameters.getAll('state')
  return state !== undefined && others.length === 0 && STATE.test(state) ? new Secret(state) : null
}

// The parameters stay out of the branded value, whose code no one can then send twice: an exchange takes them away.
const callbackParameters = new WeakMap<VerifiedAuthorizationResponse, URLSearchParams>()

/** @throws {TypeError} for a response that was not verified here, or was taken before. */
export function takeCallbackParameters(response: VerifiedAuthorizationResponse): URLSearchParams {
  const parameters = callbackParameters.get(response)
  if (!parameters) throw new TypeError('This authorization response was exchanged before')
  callbackParameters.delete(response)
  return parameters
}

/**
 * Judges what came back to the redirection endpoint (RFC 6749 §4.1.2, RFC 9207). Parameters that we do not read are
 * ignored, as the RFC asks. `iss` is compared when present. Airwallex documents none and publishes no issuer, so any of
 * the origins that we talk to will do.
 */
export function verifyAuthorizationResponse(
  config: AirwallexConfig,
  parameters: URLSearchParams,
  expected: ExpectedAuthorizationResponse,
): AuthorizationResponse {
  const problem = malformation(config, parameters, expected)
  if (problem) return { kind: 'malformed', problem }

  const error = parameters.get('error')
  if (error === 'access_denied') return { kind: 'denied_by_user' }
  if (error !== null) return { kind: 'authorization_error', error: ERRORS.includes(error) ? error : 'unrecognized' }

  const { code, state, iss } = Object.fromEntries(parameters)
  if (!code || !state || !/^[\x20-\x7e]+$/.test(code)) return { kind: 'malformed', problem: 'code' }
  const server = { ...authorizationServer(config), ...(iss ? { issuer: iss } : {}) }
  const response = {
    code: new Secret(code),
    codeVerifier: expected.codeVerifier,
    redirectUri: expected.redirectUri,
  } as VerifiedAuthorizationResponse
  callbackParameters.set(response, oauth.validateAuthResponse(server, oauthClient(config), parameters, state))
  return { kind: 'verified', response }
}

function malformation(
  config: AirwallexConfig,
  parameters: URLSearchParams,
  { stateDigest }: ExpectedAuthorizationResponse,
): MalformedProblem | undefined {
  if (
    parameters.size > MAX_PARAMETERS ||
    [...parameters.values()].some((value) => value.length > MAX_VALUE_CHARACTERS)
  ) {
    return 'too_long'
  }
  // RFC 6749 §3.1: a parameter must not be included more than once.
  if (READ_PARAMETERS.some((name) => parameters.getAll(name).length > 1)) return 'duplicate_parameter'
  const state = readState(parameters)
  if (!state || !equalDigests(digestState(state), stateDigest)) return 'state'
  const iss = parameters.get('iss')
  const issuers = [config.authorizationEndpoint, config.tokenEndpoint].map((endpoint) => new URL(endpoint).origin)
  if (iss !== null && !issuers.includes(iss)) return 'issuer'
  // Implicit, hybrid and JARM answers were not asked for.
  return ['response', 'id_token', 'token', 'access_token'].some((name) => parameters.has(name))
    ? 'unsupported'
    : undefined
}

function equalDigests(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
