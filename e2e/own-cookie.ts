import { ownCookieName } from '@/lib/security/own-cookie-name'
import { origins } from './origins'

/** What this run's product calls a cookie. */
export const ownCookie = (name: string): string => ownCookieName(origins.app, name)
