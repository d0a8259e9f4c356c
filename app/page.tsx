import { redirect } from 'next/navigation'
import { getPartnerUser } from '@/lib/auth/partner-user'

/** The way in. */
export default async function WayIn() {
  redirect((await getPartnerUser()) ? '/connections' : '/sign-in')
}
