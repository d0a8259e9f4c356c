import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { airwallexTokenEndpoint } from '@/lib/airwallex/token-endpoint'
import { db, freshDb } from '@/lib/db'
import { type Env, env } from '@/lib/env'
import { type Figures, figures } from '@/lib/rotation/figures'
import type { Clock, Vault as RotationVault } from '@/lib/rotation/ports'
import type { RotationScans } from '@/lib/rotation/row/scans'
import { createRotation, type Rotation } from '@/lib/rotation/run/driver'
import type { RotationDeps } from '@/lib/rotation/run/perform'
import { rotationStore } from '@/lib/rotation/sql/rotation-store'
import { UnknownTokenKeyError } from '@/lib/vault/keyring'
import { type SealBinding, storedSealedToken, type Vault } from '@/lib/vault/seal'
import { observeRotation } from './rotation-log'
import { vault } from './vault'

// The rotation core with this process's ports: PostgreSQL, Airwallex's token endpoint, the vault, the clock.

type Assembled = { readonly rotation: Rotation; readonly deps: RotationDeps; readonly scans: RotationScans }

const shared = globalThis as { partnerDashboardRotation?: Assembled }

/** The process's rotation. */
export const rotation = (): Rotation => assembleRotation().rotation

/** Its ports, for what runs beside attempts: `holdOldGrant`. */
export const rotationDeps = (): RotationDeps => assembleRotation().deps

/** What background work looks for. */
export const rotationScans = (): RotationScans => assembleRotation().scans

/**
 * Puts the process's rotation together, once. Figures other than the product's come from a test with real processes
 * that divides them all, as its first step.
 */
export function assembleRotation(withFigures: Figures = figures): Assembled {
  shared.partnerDashboardRotation ??= assemble(env(), withFigures)
  return shared.partnerDashboardRotation
}

function assemble({ airwallex, lateProbe }: Env, figures: Figures): Assembled {
  const store = rotationStore({ db: db(), freshDb: freshDb(), figures })
  const deps: RotationDeps = {
    store,
    tokenEndpoint: airwallexTokenEndpoint(airwallex, { connectMs: figures.connectMs }),
    vault: rotationVault(vault(), airwallex.environment),
    clock: systemClock,
    random: Math.random,
    rules: { figures, lateProbe, process: `${hostname().slice(0, 40)}/${process.pid}` },
    observe: observeRotation,
  }
  return { rotation: createRotation(deps), deps, scans: store }
}

/** The product's vault as the core wants it: the environment added, one outcome a case, tokens as plain strings. */
export function rotationVault(vault: Vault, environment: string): RotationVault {
  const bound = (binding: Omit<Extract<SealBinding, { connectionId: string }>, 'environment'>) => ({
    ...binding,
    environment,
  })
  return {
    async open(sealed, binding) {
      try {
        const opened = await vault.open(bound(binding), storedSealedToken(sealed))
        return opened.kind === 'opened' ? { kind: 'opened', token: opened.value.reveal() } : opened
      } catch (error) {
        if (error instanceof UnknownTokenKeyError) return { kind: 'key_missing' }
        throw error
      }
    },
    async sealer() {
      return { seal: (token, binding) => vault.seal(bound(binding), token) }
    },
    fingerprint: tokenFingerprint,
  }
}

/** 64 bits of SHA-256: enough to tell the tokens of a lineage apart; a token is random, so no key is needed. */
export function tokenFingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16)
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake)
      if (signal?.aborted) wake()
    }),
  timer(ms) {
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    return { over, cancel: () => clearTimeout(timer) }
  },
}
