import { Message } from '@/components/shell/message'

export default function Forbidden() {
  return (
    <Message
      title="Your role does not allow this"
      body="Nothing changed. An admin or owner of the workspace can do this or change your role."
      href="/connections"
      action="Go to connections"
    />
  )
}
