'use client'

import { Failure } from '@/components/shell/failure'
import './globals.css'

type Props = { readonly error: Error & { digest?: string } }

/**
 * What fails outside the dashboard's own boundary: its layout, the pages outside it, the document itself. (One more
 * `error.tsx` in between would only send every page another script.)
 */
export default function GlobalError({ error }: Props) {
  return (
    <html lang="en" data-theme="system">
      <body>
        <title>Partner dashboard</title>
        <main id="main" className="px-4">
          <Failure digest={error.digest} />
        </main>
      </body>
    </html>
  )
}
