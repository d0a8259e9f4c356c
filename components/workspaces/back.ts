import type { Back } from '@/components/ui/task-page'

export const TO_SETTINGS: Back = { href: '/settings', label: 'Settings' }
export const TO_MEMBERS: Back = { href: '/settings/members', label: 'Members' }
