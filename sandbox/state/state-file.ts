import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Account } from './account'
import type { Role } from './people'
import type { StoredGrant } from './stored-grant'
import type { World } from './world'

type Saved = {
  signingKey: string
  clockOffsetSeconds: number
  grants: { count: number; grants: StoredGrant[] }
  accounts: { accounts: Account[]; roles: [string, Role][] }
}

const SAVE_EVERY_MS = 250

export function readSigningKey(file: string | null): Buffer | undefined {
  return file && existsSync(file) ? Buffer.from(parse(file).signingKey, 'base64') : undefined
}

/**
 * Airwallex does not forget its grants when a demo is restarted, so neither may the sandbox: what was consented to is
 * written down soon after each request, and read again at the start.
 */
export function keepState(world: World, file: string | null): { changed: () => void; close: () => void } {
  if (!file) return { changed: () => {}, close: () => {} }
  if (existsSync(file)) {
    const saved = parse(file)
    world.grants.load(saved.grants)
    world.accounts.load(saved.accounts)
    world.clock.advance(saved.clockOffsetSeconds)
  }
  mkdirSync(dirname(file), { recursive: true })
  let timer: NodeJS.Timeout | undefined
  const save = () => {
    clearTimeout(timer)
    timer = undefined
    writeFileSync(`${file}.new`, JSON.stringify(snapshot(world)), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return {
    changed: () => {
      timer ??= setTimeout(save, SAVE_EVERY_MS).unref()
    },
    close: save,
  }
}

function snapshot(world: World): Saved {
  return {
    signingKey: world.signingKey.toString('base64'),
    clockOffsetSeconds: world.clock.offsetSeconds(),
    grants: world.grants.dump(),
    accounts: world.accounts.dump(),
  }
}

function parse(file: string): Saved {
  return JSON.parse(readFileSync(file, 'utf8')) as Saved
}
