'use client'

import { Failure } from '@/components/shell/failure'

type Props = { readonly error: Error & { digest?: string } }

export default function ErrorPage({ error }: Props) {
  return (
    <main id="main" tabIndex={-1} className="px-4">
      <Failure digest={error.digest} />
    </main>
  )
}
