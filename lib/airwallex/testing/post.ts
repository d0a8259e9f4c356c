import { connect } from '../transport'
import type { WireAnswer, WireRequest } from '../wire-exchange'
import { LOOPBACK_CERTIFICATE } from './loopback-certificate'

/** Connects and posts a small form to a fault server. */
export async function post(origin: string, changes: Partial<WireRequest> = {}): Promise<WireAnswer> {
  const url = new URL('/oauth/token', origin)
  const connection = await connect(url, { connectMs: 60_000, ca: LOOPBACK_CERTIFICATE })
  return connection.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token',
    timeoutMs: 60_000,
    maxBodyBytes: 64 * 1024,
    ...changes,
  })
}
