import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// The CLI downloads a native schema engine unless this names one; ours is the WebAssembly build from npm.
if (process.platform !== 'win32') {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('scripts/schema-engine.mjs', import.meta.url))
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // The owner of the tables; the role of DATABASE_URL may change none.
  datasource: { url: process.env.DATABASE_DIRECT_URL ?? '' },
})
