import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { themePreference } from '@/components/shell/preferences'
import { SkipLink } from '@/components/shell/skip-link'
import { taintSecrets } from '@/lib/security/taint-secrets'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Partner dashboard', template: '%s · Partner dashboard' },
  description: 'Connect Airwallex accounts and keep them connected.',
  robots: { index: false, follow: false },
  icons: { icon: '/icon.svg' },
  manifest: '/manifest.webmanifest',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fcfcfa' },
    { media: '(prefers-color-scheme: dark)', color: '#131312' },
  ],
}

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // The nonce of the policy differs per request, so no page may be rendered ahead of one.
  await headers()
  taintSecrets()
  const theme = await themePreference()
  return (
    <html lang="en" data-theme={theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <SkipLink />
        {children}
      </body>
    </html>
  )
}
