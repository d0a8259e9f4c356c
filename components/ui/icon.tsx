import clsx from 'clsx'

// Drawn on 16 units with a stroke of 1.5 (an icon package would send each icon to the browser as a component).
const PATHS = {
  'check-circle': 'M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM5.5 8.25l1.75 1.75 3.25-3.75',
  clock: 'M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM8 4.75V8l2.25 1.5',
  alert: 'M8 2.25 14.25 13.25H1.75L8 2.25ZM8 6.5v3M8 11.4v.1',
  'alert-circle': 'M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM8 4.75v3.75M8 11v.1',
  info: 'M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM8 7.5v3.75M8 5v.1',
  snowflake: 'M8 1.75v12.5M2.6 4.9l10.8 6.2M13.4 4.9 2.6 11.1M6.25 2.75 8 4.5l1.75-1.75M6.25 13.25 8 11.5l1.75 1.75',
  shield: 'M8 1.75 13 3.5v4c0 3.25-2 5.6-5 6.75-3-1.15-5-3.5-5-6.75v-4L8 1.75ZM8 5.5v3M8 10.6v.1',
  'circle-slash': 'M8 14.25a6.25 6.25 0 1 0 0-12.5 6.25 6.25 0 0 0 0 12.5ZM3.7 12.3l8.6-8.6',
  link: 'M6.75 9.25a2.75 2.75 0 0 0 4 .1l2-2a2.8 2.8 0 0 0-4-4l-.9.9M9.25 6.75a2.75 2.75 0 0 0-4-.1l-2 2a2.8 2.8 0 0 0 4 4l.9-.9',
  check: 'm3 8.5 3.25 3.25L13 4.75',
  cross: 'm4 4 8 8M12 4l-8 8',
  minus: 'M4 8h8',
  plus: 'M8 3.5v9M3.5 8h9',
  settings: 'M2.5 5h6.25M12.25 5h1.25M2.5 11h1.25M7.25 11h6.25M10.5 3.25v3.5M5.5 9.25v3.5',
  copy: 'M6 5.75h6.5a.75.75 0 0 1 .75.75V13a.75.75 0 0 1-.75.75H6a.75.75 0 0 1-.75-.75V6.5A.75.75 0 0 1 6 5.75ZM10.5 5.5V3a.75.75 0 0 0-.75-.75H3.5a.75.75 0 0 0-.75.75v6.5c0 .4.3.75.75.75h1.5',
  'arrow-left': 'M13.25 8H2.75M7 3.75 2.75 8 7 12.25',
  'arrow-up-right': 'M4.75 11.25l6.5-6.5M5.75 4.75h5.5v5.5',
  'chevron-right': 'm6 3.5 4.5 4.5L6 12.5',
  'chevron-up-down': 'm5 6 3-3 3 3M5 10l3 3 3-3',
  more: 'M3.25 8h.05M8 8h.05M12.75 8h.05',
  list: 'M6 4.25h7.25M6 8h7.25M6 11.75h7.25M2.75 4.25h.5M2.75 8h.5M2.75 11.75h.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  sidebar:
    'M3 2.75h10c.4 0 .75.3.75.75v9c0 .4-.3.75-.75.75H3a.75.75 0 0 1-.75-.75v-9c0-.4.3-.75.75-.75ZM6.25 2.75v10.5',
  search: 'M7 11.75a4.75 4.75 0 1 0 0-9.5 4.75 4.75 0 0 0 0 9.5ZM10.5 10.5l3.25 3.25',
  refresh: 'M13.5 8A5.5 5.5 0 1 1 11.75 4M13.5 2.25V5H10.75',
  'sign-out': 'M6 2.75H3.5a.75.75 0 0 0-.75.75v9c0 .4.3.75.75.75H6M7 8h6.25M10.5 5.25 13.25 8l-2.75 2.75',
  sun: 'M8 10.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13.5 9.5A5.75 5.75 0 0 1 6.5 2.5a5.75 5.75 0 1 0 7 7Z',
  monitor:
    'M3 2.75h10c.4 0 .75.3.75.75v6.5c0 .4-.3.75-.75.75H3a.75.75 0 0 1-.75-.75V3.5c0-.4.3-.75.75-.75ZM5.5 13.25h5M8 10.75v2.5',
} as const

export type IconName = keyof typeof PATHS

/** Decorative: the words beside it, or its button's label, carry the meaning. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string | undefined }) {
  return (
    <svg className={clsx('icon', className)} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
