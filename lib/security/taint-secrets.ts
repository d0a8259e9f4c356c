import 'server-only'
import * as react from 'react'
import { env } from '@/lib/env'

type Taint = (message: string, lifetime: object, value: string) => void

/**
 * A second net under the first, which is that no view selects a secret: React refuses to send these values to a browser,
 * as a prop or in what an action returns. Exists in React's server build with `experimental.taint` only.
 */
export function taintSecrets(): void {
  const { experimental_taintUniqueValue: taint } = react as { experimental_taintUniqueValue?: Taint }
  const { airwallex, signIn, databaseUrl, webhookSecrets } = env()
  const secrets = [airwallex.clientSecret, signIn.secret, signIn.oidc.clientSecret, databaseUrl, ...webhookSecrets]
  for (const secret of secrets) taint?.('A secret of the environment must not leave the server', globalThis, secret)
}
