import type { ConnectionKey } from '@/lib/rotation/row/row'
import { holdOldGrant, releaseHold } from '@/lib/rotation/run/hold'
import type { Fault } from './faults'
import { grantOf } from './model-connection'
import type { ModelWorld } from './model-world'

const EXCHANGE_MS = 300

type Act = Extract<Fault, { kind: 'frozen_by_hand' | 'disconnect' | 'reauthorize' | 'owner_disconnects' }>

/** What people do; each statement is repeated until it is known to have run. */
export async function act(world: ModelWorld, key: ConnectionKey, fault: Act): Promise<void> {
  const { time, store, upstream, journal } = world
  switch (fault.kind) {
    case 'frozen_by_hand':
      await known(world, () => store.freeze(key))
      await time.sleep(fault.ms)
      await known(world, () => store.unfreeze(key))
      return
    case 'disconnect':
      await known(world, () => store.disconnect(key))
      return
    case 'owner_disconnects': {
      const token = world.storedRefreshToken(key)
      if (token === null) return
      const eventAt = time.now() + world.clockStepMs
      upstream.disconnect(token)
      journal.push({ kind: 'ended_at_airwallex', at: time.now(), connection: key.connectionId })
      if (fault.eventAfterMs === null) return
      await time.sleep(fault.eventAfterMs)
      await known(world, () => store.noteDisconnectEvent({ ...key, eventAt }))
      return
    }
    case 'reauthorize':
      return reauthorize(world, key, fault.endsOldGrant)
  }
}

/** As lib/authorization/finish.ts: the old grant is held from the code exchange until the swap. */
async function reauthorize(world: ModelWorld, key: ConnectionKey, endsOldGrant: boolean): Promise<void> {
  const { time, store, upstream } = world
  const { deps } = world.process('callback')
  const hold = await holdOldGrant(deps, key)
  if (hold.kind === 'busy') return
  const old = world.storedRefreshToken(key)
  await time.sleep(EXCHANGE_MS)
  if (old !== null && endsOldGrant) upstream.disconnect(old)
  const refreshToken = world.grantFor(key)
  const accessToken = upstream.accessTokenOf(refreshToken, 300_000)
  const swapped = await known(world, async () => {
    const { grantNo, generation } = store.row(key)
    const version = { ...key, grantNo, generation }
    const sealedFor = { ...key, grantNo: grantNo + 1, generation: generation + 1 }
    return store.reauthorize({ ...version, ...grantOf(sealedFor, { accessToken, refreshToken }) })
  })
  if (swapped.kind !== 'applied') await releaseHold(deps, hold)
}

async function known<Result extends { kind: string }>(
  { time }: ModelWorld,
  run: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const result = await run()
    if (result.kind !== 'unknown') return result
    await time.sleep(500)
  }
}
