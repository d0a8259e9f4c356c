import { RenderAgain } from '@/components/ui/render-again'
import { lineageMark } from '@/lib/connections/lineage-views'

type Props = {
  readonly workspaceId: string
  readonly connectionId: string
  /** `lineageMark` of what the page shows. */
  readonly shown: string
  readonly readings: readonly Promise<unknown>[]
}

/** Reading may have renewed the tokens, or found the connection ended: then the rest of the page is out of date. */
export async function OutOfDate({ workspaceId, connectionId, shown, readings }: Props) {
  await Promise.all(readings)
  return (await lineageMark(workspaceId, connectionId)) === shown ? null : <RenderAgain />
}
