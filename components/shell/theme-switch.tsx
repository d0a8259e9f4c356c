import { Icon, type IconName } from '@/components/ui/icon'
import type { Theme } from './preferences'

const CHOICES: readonly { readonly theme: Theme; readonly label: string; readonly icon: IconName }[] = [
  { theme: 'light', label: 'Light', icon: 'sun' },
  { theme: 'dark', label: 'Dark', icon: 'moon' },
  { theme: 'system', label: 'System', icon: 'monitor' },
]

type Props = { readonly current: Theme; readonly action: (form: FormData) => Promise<void> }

/** A form, so that it works before and without JavaScript; the choice is kept in a cookie. */
export function ThemeSwitch({ current, action }: Props) {
  return (
    <form action={action}>
      <fieldset className="grid grid-cols-3 gap-0.5 rounded-md bg-surface-sunken p-0.5">
        <legend className="sr-only">Theme</legend>
        {CHOICES.map(({ theme, label, icon }) => (
          <button
            key={theme}
            name="theme"
            value={theme}
            type="submit"
            aria-pressed={theme === current}
            className="theme-choice"
          >
            <Icon name={icon} className="size-3.5" />
            {label}
          </button>
        ))}
      </fieldset>
    </form>
  )
}
