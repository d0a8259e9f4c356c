import { env } from '@/lib/env'
import { clientAddress } from '@/lib/security/client-address'
import { deviceName } from '@/lib/security/device-name'

/** Where a request comes from, as far as it is known. */
export type RequestClient = {
  /** IPv4 or IPv6; null where no trusted proxy says it. */
  readonly address: string | null
  /** The browser in words of ours, such as "Firefox on Windows". */
  readonly device: string | null
}

export const requestClient = (headers: { get(name: string): string | null }): RequestClient => ({
  address: clientAddress(headers, env().trustedProxies),
  device: deviceName(headers.get('user-agent')),
})
