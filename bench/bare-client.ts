import { request } from 'node:http'
import type { AirwallexConfig } from '@/lib/airwallex/endpoints'

/** What a client that does nothing else can get of the token endpoint: a refresh on a connection of its own. */
export function bareClient({ tokenEndpoint, clientId, clientSecret }: AirwallexConfig) {
  return (refreshToken: string): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: clientId,
        client_secret: clientSecret,
      }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }
      const sent = request(tokenEndpoint, { method: 'POST', agent: false, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve('refresh_token' in JSON.parse(text)))
      })
      sent.on('error', reject)
      sent.end(body)
    })
}
