import { cookies } from 'next/headers'

// What a browser prefers. These cookies hold no authority: whatever they say is one of a few values.

export const THEMES = ['light', 'dark', 'system'] as const
export type Theme = (typeof THEMES)[number]

export const THEME_COOKIE = 'pd.theme'
export const SIDEBAR_COOKIE = 'pd.sidebar'

const YEAR_SECONDS = 365 * 24 * 3_600

export const preferenceAttributes = (secure: boolean) =>
  ({ path: '/', maxAge: YEAR_SECONDS, sameSite: 'lax', secure, httpOnly: true }) as const

export const parseTheme = (value: unknown): Theme => THEMES.find((theme) => theme === value) ?? 'system'

export const themePreference = async (): Promise<Theme> => parseTheme((await cookies()).get(THEME_COOKIE)?.value)

export const isSidebarCollapsed = async (): Promise<boolean> =>
  (await cookies()).get(SIDEBAR_COOKIE)?.value === 'collapsed'
