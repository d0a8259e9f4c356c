import { redirect } from 'next/navigation'
import { getPerson } from '@/lib/auth/partner-user'

/** The way in. */
export default async function WayIn() {
  redirect((await getPerson()) ? '/connections' : '/sign-in')
}
