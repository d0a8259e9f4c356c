import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '@/lib/vault/secret'
import { canRevoke, RevocationError, revokeToken } from './revocation'
import { configFor } from './testing/config'
import { respond } from './testing/fault-server'
import { faultServers } from './testing/servers'

const server = faultServers()
const token = new Secret('refresh-sentinel')

function revocable(origin: string) {
  return { ...configFor(origin), revocationEndpoint: `${origin}/oauth/revoke` }
}

describe('revokeToken', () => {
  it('asks once, with the client in the body, and returns nothing', async () => {
    const airwallex = await server((socket) => respond(socket, 200, ''))
    expect(await revokeToken(revocable(airwallex.origin), token)).toBeUndefined()
    expect(airwallex.requests.map(({ line }) => line)).toEqual(['POST /oauth/revoke HTTP/1.1'])
    expect(Object.fromEntries(airwallex.requests[0]?.form ?? [])).toEqual({
      token: 'refresh-sentinel',
      token_type_hint: 'refresh_token',
      client_id: 'appid_partner',
      client_secret: 'client secret/sentinel+%',
    })
  })

  it.each([302, 400, 404, 503])('throws without the token when the answer is %d', async (status) => {
    const airwallex = await server((socket) => respond(socket, status, 'refresh-sentinel'))
    const error: unknown = await revokeToken(revocable(airwallex.origin), token).catch((reason) => reason)
    expect(error).toBeInstanceOf(RevocationError)
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain('sentinel')
    expect(airwallex.requests).toHaveLength(1)
  })

  it('throws when no answer comes', async () => {
    const airwallex = await server((socket) => socket.resetAndDestroy())
    await expect(revokeToken(revocable(airwallex.origin), token)).rejects.toThrow(RevocationError)
  })

  it('is possible only where an endpoint is configured', () => {
    expect(canRevoke(configFor('http://127.0.0.1:1'))).toBe(false)
    expect(canRevoke(revocable('http://127.0.0.1:1'))).toBe(true)
  })
})
