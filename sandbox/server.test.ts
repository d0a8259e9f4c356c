import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

const server = fileURLToPath(new URL('server.ts', import.meta.url))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', server], { env: { ...process.env, ...env } })
  children.push(child)
  return child
}

it('prints one line of JSON when everything listens, and ends at SIGTERM', async () => {
  const child = start({ SANDBOX_PORT: '0', SANDBOX_OIDC_PORT: '0', SANDBOX_SMTP_PORT: '0' })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  reader.on('line', (line) => lines.push(line))
  await once(reader, 'line')
  const ready = JSON.parse(lines[0] ?? '') as { ready: boolean; origin: string; oidcIssuer: string; smtpPort: number }
  expect(ready).toMatchObject({ ready: true, smtpPort: expect.any(Number) })
  expect((await fetch(`${ready.origin}/control/verdict`)).status).toBe(200)
  expect((await fetch(`${ready.oidcIssuer}/.well-known/openid-configuration`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(lines).toHaveLength(1)
})

it('names a wrong variable and ends', async () => {
  const child = start({ SANDBOX_DIALECT: 'sideways' })
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(errors).toContain('SANDBOX_DIALECT')
})
