import { SubmitButton } from '@/components/ui/submit-button'

type Props = {
  readonly action: (form: FormData) => Promise<void>
  /** The one to connect an account to, which the page is about. */
  readonly workspaceId: string
  readonly variant?: 'primary' | 'secondary'
}

/** Leaves for Airwallex. A form, so that it works before and without JavaScript. */
export function ConnectButton({ action, workspaceId, variant = 'primary' }: Props) {
  return (
    <form action={action}>
      <input type="hidden" name="workspaceId" value={workspaceId} />
      <SubmitButton variant={variant} pendingLabel="Opening Airwallex…">
        Connect to Airwallex
      </SubmitButton>
    </form>
  )
}

/** The same for someone who has no account there: Airwallex opens one on the way. */
export function SignUpLink({ action, workspaceId }: Omit<Props, 'variant'>) {
  return (
    <form action={action}>
      <input type="hidden" name="workspaceId" value={workspaceId} />
      <input type="hidden" name="signUp" value="true" />
      <SubmitButton variant="link" size="sm" pendingLabel="Opening Airwallex…">
        No Airwallex account yet?
      </SubmitButton>
    </form>
  )
}
