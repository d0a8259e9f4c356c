import { tokenFingerprint } from '@/lib/tokens/rotation'
import type { Sandbox } from '@/sandbox/sandbox'
import { seedConnection, seedWorkspace } from '@/scripts/testing/seed-connection'
import type { Database } from './database'
import type { Seed } from './sandbox-entries'
import { ACCESS_TOKEN_SECONDS } from './scale'
import { keepTrail } from './trail'

export type Population = {
  readonly workspaceId: string
  readonly connections: readonly (Seed & { readonly accountId: string })[]
}

/** So many active connections whose grants live at the sandbox. */
export async function connect(
  database: Database,
  sandbox: Sandbox,
  tokenKeys: string,
  count: number,
): Promise<Population> {
  await keepTrail(database)
  const workspaceId = await seedWorkspace(database.sql)
  const connections: Population['connections'][number][] = []
  for (const accountId of sandbox.control.createAccounts({ count })) {
    const { accessToken, refreshToken, grantId } = sandbox.control.mintGrant({ accountId })
    const connectionId = await seedConnection(database.sql, tokenKeys, {
      workspaceId,
      airwallexAccountId: accountId,
      accessToken,
      refreshToken,
      accessTokenLeftMs: ACCESS_TOKEN_SECONDS * 1_000 * 0.9,
    })
    connections.push({
      connectionId,
      accountId,
      grantId,
      refreshFingerprint: tokenFingerprint(refreshToken),
      accessFingerprint: tokenFingerprint(accessToken),
      at: sandbox.control.now(),
    })
  }
  // The seed says 300 s, as Airwallex does.
  await database.sql('UPDATE credential SET access_token_life_seconds = $1', [ACCESS_TOKEN_SECONDS])
  return { workspaceId, connections }
}
