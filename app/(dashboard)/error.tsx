'use client'

import { Failure } from '@/components/shell/failure'

type Props = { readonly error: Error & { digest?: string } }

/** Within the dashboard the navigation stays. */
export default function DashboardError({ error }: Props) {
  return <Failure digest={error.digest} />
}
