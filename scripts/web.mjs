// `npm start`: Next's server, with the environment, the arguments and the output of a process of ours.
import './dotenv.mjs'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endStart } from './json-output.mjs'
import { boundRequests } from './request-bounds.mjs'

const OPTIONS = {
  port: { type: 'string', short: 'p' },
  hostname: { type: 'string', short: 'H' },
}

function options() {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch {
    return endStart('npm start takes --port and --hostname, and nothing else')
  }
}

const { port = process.env.PORT?.trim() || '3000', hostname } = options()
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) endStart('PORT must be a number from 0 to 65535')
if (!existsSync('.next/BUILD_ID')) endStart('There is no build: run npm run build')

boundRequests()
delete process.env.PORT
const next = fileURLToPath(new URL('../node_modules/next/dist/bin/next', import.meta.url))
process.argv = [process.execPath, next, 'start', '--port', port, ...(hostname ? ['--hostname', hostname] : [])]
await import(next)
