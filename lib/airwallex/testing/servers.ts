import { afterEach } from 'vitest'
import { type FaultServer, startFaultServer } from './fault-server'

/** Starts fault servers that are closed after each test. Call once at the top of a test file. */
export function faultServers(): (...parameters: Parameters<typeof startFaultServer>) => Promise<FaultServer> {
  const started: FaultServer[] = []
  afterEach(async () => {
    for (const server of started.splice(0)) await server.close()
  })
  return async (...parameters) => {
    const server = await startFaultServer(...parameters)
    started.push(server)
    return server
  }
}
