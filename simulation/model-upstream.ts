import type { TokenAnswer, TokenEndpoint } from '@/lib/rotation/ports'
import type { VirtualTime } from './virtual-clock'

/** What a second use of the previous refresh token inside the grace returns; Airwallex does not say. */
export type Dialect = 'tree' | 'same' | 'newest' | 'linear'
export const dialects: readonly Dialect[] = ['tree', 'same', 'newest', 'linear']

/** What may befall one refresh request. */
export type RequestFate =
  | 'ok'
  /** It never arrives; the client learns of it by its time-out. */
  | 'lost'
  /** Airwallex processed it, and the connection closes without the answer. */
  | 'answer_lost'
  /** Airwallex answers this without processing it. */
  | { readonly status: number; readonly body: string }
  /** Airwallex processed it and answers this. */
  | { readonly processed: true; readonly status: number; readonly body: string }

export type JournalEntry = {
  readonly at: number
  readonly token: string
  readonly use: 'first' | 'within_grace' | 'late' | 'unknown'
  readonly status: number
}

type Node = {
  readonly token: string
  readonly grant: Grant
  firstUsedAt: number | null
  readonly children: Node[]
  revoked: boolean
}
type Grant = { dead: boolean; readonly issued: Node[] }

export type ModelUpstream = {
  readonly journal: JournalEntry[]
  /** Which fate the next refresh requests meet. */
  fate: (request: number) => RequestFate
  /** Connecting fails, provably with nothing sent. */
  reachable: boolean
  grant(): string
  /** Whether this refresh token would rotate now. */
  isLive(token: string): boolean
  tokenEndpoint(): TokenEndpoint
}

type Options = {
  readonly time: VirtualTime
  readonly dialect: Dialect
  readonly latencyMs?: number
  readonly graceMs?: number
}

export function modelUpstream({ time, dialect, latencyMs = 40, graceMs = 60_000 }: Options): ModelUpstream {
  const nodes = new Map<string, Node>()
  const journal: JournalEntry[] = []
  let requests = 0

  function issue(grant: Grant, parent: Node | null): Node {
    const node: Node = { token: `refresh-${nodes.size}`, grant, firstUsedAt: null, children: [], revoked: false }
    nodes.set(node.token, node)
    grant.issued.push(node)
    parent?.children.push(node)
    return node
  }

  function process(token: string): TokenAnswer {
    const node = nodes.get(token)
    const at = time.now()
    const use = node ? useOf(node, at) : 'unknown'
    const successor = node && use !== 'late' ? rotate(node, at) : null
    if (node && use === 'late') node.grant.dead = true
    const status = successor ? 200 : 400
    journal.push({ at, token, use, status })
    return successor ? issued(successor.token) : { kind: 'answer', status, body: '{"error":"invalid_grant"}' }
  }

  function useOf(node: Node, at: number): JournalEntry['use'] {
    if (node.firstUsedAt === null) return 'first'
    return at - node.firstUsedAt <= graceMs ? 'within_grace' : 'late'
  }

  function rotate(node: Node, at: number): Node | null {
    if (node.grant.dead || node.revoked) return null
    const [latest] = node.children.slice(-1)
    node.firstUsedAt ??= at
    if (!latest) return issue(node.grant, node)
    switch (dialect) {
      case 'tree':
        return issue(node.grant, node)
      case 'same':
        return latest
      case 'newest':
        if (latest.firstUsedAt !== null) return null
        latest.revoked = true
        return issue(node.grant, node)
      case 'linear': {
        const lastButOne = node.grant.issued.at(-2)
        node.grant.dead = lastButOne !== node
        return node.grant.dead ? null : issue(node.grant, node)
      }
    }
  }

  async function refresh(token: string, attemptMs: number, fate: RequestFate): Promise<TokenAnswer> {
    await time.sleep(latencyMs / 2)
    if (fate === 'lost') {
      await time.sleep(attemptMs - latencyMs / 2)
      return { kind: 'no_answer', detail: 'time-out' }
    }
    const refused = typeof fate === 'object' && !('processed' in fate)
    const answer = refused ? null : process(token)
    await time.sleep(latencyMs / 2)
    if (fate === 'answer_lost') return { kind: 'no_answer', detail: 'reset' }
    return answer && fate === 'ok' ? answer : { kind: 'answer', ...(fate as { status: number; body: string }) }
  }

  const upstream: ModelUpstream = {
    journal,
    fate: () => 'ok',
    reachable: true,
    grant: () => issue({ dead: false, issued: [] }, null).token,
    isLive: (token) => {
      const node = nodes.get(token)
      return node !== undefined && !node.grant.dead && !node.revoked && useOf(node, time.now()) !== 'late'
    },
    tokenEndpoint: () => ({
      async connect() {
        await time.sleep(latencyMs / 2)
        if (!upstream.reachable) throw new Error('connection refused')
        return {
          async refresh({ refreshToken, mayWrite, attemptMs }) {
            return mayWrite() ? refresh(refreshToken, attemptMs, upstream.fate(requests++)) : { kind: 'not_sent' }
          },
          async canary() {
            await time.sleep(latencyMs)
            return { kind: 'answer', status: 400, body: '{"error":"invalid_request"}' }
          },
          close() {},
        }
      },
    }),
  }
  return upstream
}

function issued(refreshToken: string): TokenAnswer {
  const body = {
    access_token: `access-of-${refreshToken}`,
    token_type: 'bearer',
    expires_in: 300,
    refresh_token: refreshToken,
    refresh_token_expires_in: 7_776_000,
  }
  return { kind: 'answer', status: 200, body: JSON.stringify(body) }
}
