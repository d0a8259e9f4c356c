import { Message } from '@/components/shell/message'

/** Within the dashboard the navigation stays. */
export default function NotFound() {
  return (
    <Message
      title="There is nothing at this address"
      body="It may have been removed, or it belongs to another workspace."
      href="/connections"
      action="Go to connections"
    />
  )
}
