import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@/scripts/dev-db.mjs'
import { startPart } from '@/scripts/part.mjs'
import { root } from '@/scripts/prepare.mjs'
import { atAnotherAddress } from '../another-address'
import { logFile, productEnvironment } from '../origins'

const MANIFEST = 'functions-config-manifest.json'

/**
 * The same build as if it had no `proxy.ts`, beside the other and with its database: a folder of links to it, in which
 * the one manifest that names the proxy names it no more.
 */
export async function startWithoutProxy(): Promise<{ origin: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-dashboard-without-proxy-'))
  const link = (from: string, to: string, except: string) => {
    mkdirSync(to, { recursive: true })
    for (const name of readdirSync(from)) if (name !== except) symlinkSync(join(from, name), join(to, name))
  }
  for (const name of ['node_modules', 'package.json', 'next.config.mjs', 'public']) {
    symlinkSync(join(root, name), join(folder, name))
  }
  link(join(root, '.next'), join(folder, '.next'), 'server')
  link(join(root, '.next/server'), join(folder, '.next/server'), MANIFEST)
  const manifest = JSON.parse(readFileSync(join(root, '.next/server', MANIFEST), 'utf8'))
  if (!manifest.functions['/_middleware']) throw new Error(`${MANIFEST} names no proxy; where does this Next keep it?`)
  delete manifest.functions['/_middleware']
  writeFileSync(join(folder, '.next/server', MANIFEST), JSON.stringify(manifest))

  const port = await freePort()
  const origin = `http://localhost:${port}`
  const place = { folder, log: (part: string, line: string) => appendFileSync(logFile(), `${part} ${line}\n`) }
  const start = ['node_modules/next/dist/bin/next', 'start', folder, '-H', 'localhost', '-p', String(port)]
  const environment = { ...productEnvironment(), APP_ORIGIN: origin, PORT: String(port) }
  const web: { part?: ReturnType<typeof startPart> } = {}
  const stop = async () => {
    await web.part?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const started = atAnotherAddress(origin, () => {
    web.part = startPart(place, 'web-without-proxy', start, environment)
    return web.part.answers(`${origin}/api/readyz`)
  })
  await started.catch(async (error) => {
    await stop()
    throw error
  })
  return { origin, stop }
}
