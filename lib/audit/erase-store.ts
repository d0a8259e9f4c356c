import 'server-only'
import type { Transaction } from '@/lib/db'
import { recordAudit } from './audit-store'
import { chainOf } from './chain'
import { withOrigin } from './origin'

type Head = { sequence: number; hash: string }

/**
 * The last statement of a workspace's deletion, in its transaction and after its row is gone: what was logged goes too,
 * since it names people, and one entry of the deployment's chain stays, which names no one and says where the erased
 * chain ended. A deletion without it fails at its commit.
 * @param counts how much else went, by table.
 */
export async function eraseWorkspaceAudit(
  tx: Transaction,
  workspaceId: string,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  const [head] = await tx.$queryRaw<Head[]>`
    SELECT sequence, encode(hash, 'hex') AS hash FROM lock_audit_head(${chainOf(workspaceId)}::uuid)`
  if (!head) throw new Error('The head of an audit chain was neither found nor made')
  const detail = { ...counts, workspaceId, entries: head.sequence, head: head.hash }
  await withOrigin({ address: null, device: null }, () =>
    recordAudit(tx, {
      workspaceId: null,
      actor: { kind: 'system' },
      action: 'workspace.deleted',
      outcome: 'deleted',
      detail,
    }),
  )
  await tx.$executeRaw`SELECT erase_workspace_audit(${workspaceId}::uuid)`
}
