import type { SealBinding, Vault } from '@/lib/rotation/ports'

/** Seals by writing the binding beside the token. */
export const modelVault: Vault = {
  async open(value, binding) {
    const [bound, token] = split(value)
    return bound === written(binding) ? { kind: 'opened', token } : { kind: 'unreadable' }
  },
  sealer: async () => ({ seal: async (token, binding) => sealed(token, binding) }),
  fingerprint: (token) => `fingerprint of ${token}`,
}

export function sealed(token: string, binding: SealBinding): string {
  return `${written(binding)}|${token}`
}

export function tokenIn(value: string): string {
  return split(value)[1]
}

function written({ workspaceId, connectionId, grantNo, generation, field }: SealBinding): string {
  return `${workspaceId}/${connectionId}/${grantNo}/${generation}/${field}`
}

function split(value: string): [string, string] {
  const at = value.indexOf('|')
  return [value.slice(0, at), value.slice(at + 1)]
}
