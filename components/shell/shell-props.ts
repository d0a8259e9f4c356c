import type { Theme } from './preferences'
import type { ShellUser } from './user-panel'

export type ShellWorkspace = { readonly id: string; readonly name: string }

export type ShellProps = {
  readonly workspace: ShellWorkspace
  /** The viewer's, by name. */
  readonly workspaces: readonly ShellWorkspace[]
  readonly user: ShellUser
  readonly environment: 'production' | 'demo' | 'local'
  readonly theme: Theme
  readonly collapsed: boolean
  /** Whether the audit log is among the pages. */
  readonly mayReadAudit: boolean
  readonly setTheme: (form: FormData) => Promise<void>
  readonly setSidebar: (form: FormData) => Promise<void>
  readonly switchWorkspace: (form: FormData) => Promise<void>
}
