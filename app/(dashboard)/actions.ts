'use server'

import { cookies } from 'next/headers'
import { z } from 'zod'
import { preferenceAttributes, SIDEBAR_COOKIE, THEME_COOKIE, THEMES } from '@/components/shell/preferences'
import { visitorAction } from '@/lib/auth/partner-action'
import { env } from '@/lib/env'

// Preferences of a browser, not of a person: anyone may set their own.

export const setTheme = visitorAction({ input: z.object({ theme: z.enum(THEMES) }) }, ({ input }) =>
  keep(THEME_COOKIE, input.theme),
)

export const setSidebar = visitorAction(
  { input: z.object({ sidebar: z.enum(['expanded', 'collapsed']) }) },
  ({ input }) => keep(SIDEBAR_COOKIE, input.sidebar),
)

async function keep(name: string, value: string): Promise<void> {
  const isHttps = env().appOrigin.startsWith('https:')
  ;(await cookies()).set(name, value, preferenceAttributes(isHttps))
}
