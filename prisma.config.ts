import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'
import './scripts/dotenv.mjs'

// The owner of the tables; the role of DATABASE_URL may change none.
let url = process.env.DATABASE_DIRECT_URL?.trim() ?? ''

// The CLI downloads a native schema engine unless this names one; ours is the WebAssembly build from npm.
if (process.platform !== 'win32' && !process.env.PRISMA_SCHEMA_ENGINE_BINARY) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY = fileURLToPath(new URL('scripts/schema-engine.mjs', import.meta.url))
  // The CLI gives the engine the URL as an argument, which `ps` shows to everyone on the machine. pg takes the password
  // from here instead.
  if (URL.canParse(url) && new URL(url).password) {
    const open = new URL(url)
    process.env.PGPASSWORD = decodeURIComponent(open.password)
    open.password = ''
    url = open.href
  }
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url },
})
