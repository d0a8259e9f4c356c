import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../scripts/dev-db.mjs'
import { localSecrets, startDatabase, startSandbox, startWeb, startWorker, webEnvironment } from '../scripts/stack.mjs'

/** The product as it is deployed, with a database, ports and secrets of this run's own. */
export default async function globalSetup() {
  const folder = mkdtempSync(join(tmpdir(), 'partner-dashboard-e2e-'))
  chmodSync(folder, 0o755)
  const logFile = join(folder, 'product.log')
  const place = { folder, log: (part: string, line: string) => appendFileSync(logFile, `${part} ${line}\n`) }

  const port = await freePort()
  const appOrigin = `http://localhost:${port}`
  const secrets = localSecrets(folder)
  const database = await startDatabase(place, { throwAway: true })
  const sandbox = await startSandbox(place, { appOrigin, ports: { sandbox: 0, oidc: 0, smtp: 0 }, secrets })
  const environment = {
    ...webEnvironment({ appOrigin, databaseUrl: database.url, sandbox, secrets }),
    // Everything that is ever logged is there for the leak scan.
    LOG_LEVEL: 'trace',
  }
  const worker = await startWorker(place, { environment, directUrl: database.directUrl })
  const web = await startWeb(place, { port, environment })

  Object.assign(process.env, {
    E2E_APP_ORIGIN: appOrigin,
    E2E_SANDBOX_ORIGIN: sandbox.origin,
    E2E_DATABASE_URL: database.adminUrl,
    E2E_LOG_FILE: logFile,
    E2E_ENVIRONMENT: JSON.stringify(environment),
  })
  return async () => {
    for (const part of [web, worker, sandbox, database]) await part.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
