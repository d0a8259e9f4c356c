// Loaded by each command that needs the product's environment: reads .env by Next's own rules, so that every process of a
// deployment understands it alike. What is set already wins, also where it is set to nothing.
import dotenv from '@next/env'

dotenv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error })
