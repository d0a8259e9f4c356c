import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Control, createControl } from './control/control'
import { createMailbox, type Mailbox, startSmtp } from './identity/mailbox'
import { startOidc } from './identity/oidc'
import { createRouter } from './routes'
import { configFromEnvironment, type SandboxConfig } from './state/config'
import { keepState, readSigningKey } from './state/state-file'
import { createWorld } from './state/world'

export type Sandbox = {
  origin: string
  /** `null` where it was not started. */
  oidcIssuer: string | null
  smtpPort: number | null
  config: SandboxConfig
  control: Control
  mailbox: Mailbox
  close: () => Promise<void>
}

/** The defaults of a test: random ports, and neither the OpenID provider nor the mailbox. */
export function testConfig(overrides: Partial<SandboxConfig> = {}): SandboxConfig {
  return { ...configFromEnvironment({}), port: 0, oidcPort: null, smtpPort: null, ...overrides }
}

/** Starts the sandbox in this process; resolves when everything listens. */
export async function startSandbox(overrides: Partial<SandboxConfig> = {}): Promise<Sandbox> {
  const config = testConfig(overrides)
  const world = createWorld(config, readSigningKey(config.stateFile))
  const state = keepState(world, config.stateFile)
  const control = createControl(world)
  const mailbox = createMailbox()
  const route = createRouter({ world, control, mailbox })
  const server = createServer((request, response) => {
    route(request, response)
      .catch((error: unknown) => {
        process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`)
        if (response.headersSent) response.destroy()
        else response.writeHead(500).end()
      })
      .finally(state.changed)
  })
  server.listen(config.port, '127.0.0.1')
  await once(server, 'listening')
  world.origin = `http://localhost:${(server.address() as AddressInfo).port}`

  const { oidcPort, smtpPort, oidcClientId, oidcClientSecret, appOrigin } = config
  const oidc =
    oidcPort === null
      ? null
      : await startOidc({ port: oidcPort, clientId: oidcClientId, clientSecret: oidcClientSecret, appOrigin })
  const smtp = smtpPort === null ? null : await startSmtp(smtpPort, mailbox)
  return {
    origin: world.origin,
    oidcIssuer: oidc?.issuer ?? null,
    smtpPort: smtp?.port ?? null,
    config,
    control,
    mailbox,
    async close() {
      world.webhooks.close()
      server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), oidc?.close(), smtp?.close()])
      state.close()
    },
  }
}
