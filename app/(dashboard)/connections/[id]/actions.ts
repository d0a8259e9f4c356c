'use server'

import { refresh } from 'next/cache'
import { notFound, redirect } from 'next/navigation'
import { after } from 'next/server'
import { z } from 'zod'
import { partnerAction } from '@/lib/auth/partner-action'
import { disconnectConnection } from '@/lib/connections/disconnect'
import { liftQuarantine as liftConnectionQuarantine } from '@/lib/deployment/quarantine'
import { SNAPSHOT_KINDS } from '@/lib/snapshots/kinds'
import { refreshSnapshot } from '@/lib/snapshots/snapshots'
import { leaveForAirwallex } from '../begin'

const target = z.object({ connectionId: z.string() })

export const reauthorize = partnerAction(
  { permission: 'connection.reauthorize', input: target },
  ({ partnerUser, input: { connectionId } }) =>
    leaveForAirwallex(
      { partnerUser, purpose: 'reauthorize', connectionId },
      `/connections/${encodeURIComponent(connectionId)}/reauthorize`,
    ),
)

export const addPermissions = partnerAction(
  { permission: 'connection.reauthorize', input: target.extend({ scope: z.array(z.string()) }) },
  ({ partnerUser, input: { connectionId, scope: scopes } }) =>
    leaveForAirwallex(
      { partnerUser, purpose: 'add_permissions', connectionId, scopes },
      `/connections/${encodeURIComponent(connectionId)}/permissions`,
    ),
)

export const disconnect = partnerAction(
  { permission: 'connection.disconnect', fresh: true, input: target },
  async ({ partnerUser, input: { connectionId } }) => {
    const page = `/connections/${encodeURIComponent(connectionId)}`
    const result = await disconnectConnection({ partnerUser, connectionId })
    switch (result.kind) {
      case 'disconnected':
      case 'already_disconnected':
        // The page shows the connection's current state, no matter who disconnected it.
        return redirect(page)
      case 'not_allowed':
        return redirect(`${page}?notice=not_allowed`)
      case 'not_found':
        return notFound()
    }
  },
)

export const liftQuarantine = partnerAction(
  { permission: 'connection.lift_quarantine', fresh: true, input: target },
  async ({ partnerUser, input: { connectionId } }) => {
    const page = `/connections/${encodeURIComponent(connectionId)}`
    const result = await liftConnectionQuarantine({ partnerUser, connectionId })
    switch (result.kind) {
      case 'lifted':
      case 'not_quarantined':
        // The page shows the connection's current state, no matter who lifted it.
        return redirect(page)
      case 'not_allowed':
        return redirect(`${page}?notice=not_allowed`)
      case 'not_found':
        return notFound()
    }
  },
)

/** Reads one section again. What came, or why nothing came, is stored, and the section shows it. */
export const refreshSection = partnerAction(
  { permission: 'connection.refresh', input: target.extend({ kind: z.enum(SNAPSHOT_KINDS) }) },
  async ({ partnerUser, input: { connectionId, kind } }) => {
    const principal = { partnerUser }
    const result = await refreshSnapshot({ principal, connectionId, kind, urgent: true, defer: after })
    if (result.kind === 'not_found') notFound()
    refresh()
  },
)
