'use server'

import { z } from 'zod'
import { partnerAction } from '@/lib/auth/partner-action'
import { leaveForAirwallex } from './begin'

export const connect = partnerAction(
  {
    permission: 'connection.connect',
    input: z.object({ workspaceId: z.uuid(), signUp: z.literal('true').optional() }),
  },
  ({ partnerUser, input }) =>
    leaveForAirwallex({ partnerUser, purpose: 'connect', signUp: input.signUp === 'true' }, '/connections'),
)
