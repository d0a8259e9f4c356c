import type { Theme } from './preferences'
import type { ShellUser } from './user-panel'

export type ShellProps = {
  readonly workspace: string
  readonly user: ShellUser
  readonly environment: 'production' | 'demo' | 'local'
  readonly theme: Theme
  readonly collapsed: boolean
  readonly setTheme: (form: FormData) => Promise<void>
  readonly setSidebar: (form: FormData) => Promise<void>
}
