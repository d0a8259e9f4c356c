import { db, freshDb } from '@/lib/db'
import { env } from '@/lib/env'
import { startTellingKeys } from '@/lib/keys/key-readers'
import { setLogLevel } from '@/lib/log'
import { getAccessToken } from '@/lib/tokens/access-token'

// A process of its own that asks for access tokens. Its parent sends one message a round.

export type Ask = { workspaceId: string; connectionId: string; callers: number }
export type Told = { kind: string; token?: string }[]

process.on('message', async ({ workspaceId, connectionId, callers }: Ask) => {
  const deferred: Promise<void>[] = []
  const one = async () => {
    const result = await getAccessToken({
      principal: { system: 'test', workspaceId },
      connectionId,
      defer: (work) => deferred.push(work),
    })
    return result.kind === 'token' ? { kind: result.kind, token: result.accessToken.reveal() } : { kind: result.kind }
  }
  const told: Told = await Promise.all(Array.from({ length: callers }, one))
  await Promise.all(deferred)
  process.send?.(told)
})
process.on('disconnect', async () => {
  await Promise.all([db().$disconnect(), freshDb().$disconnect()])
  process.exit()
})
setLogLevel(env().logLevel)
await startTellingKeys('web', env().tokenKeys)
await db().$queryRaw`SELECT 1`
process.send?.('ready')
