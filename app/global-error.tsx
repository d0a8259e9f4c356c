'use client'

import { Failure } from '@/components/shell/failure'
import './globals.css'

type Props = { readonly error: Error & { digest?: string } }

/** Where the document itself could not be made, such as with a wrong environment. */
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
