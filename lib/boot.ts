import { checkDeploymentAtBoot, DeploymentError } from '@/lib/connections/deployment-identity'
import { watchDeployment } from '@/lib/connections/deployment-watch'
import { databaseDirectUrl, EnvironmentError, env } from '@/lib/env'
import { setLogLevel } from '@/lib/log'
import { checkFigures, figures } from '@/lib/rotation/figures'
import { sealedValuesStore } from '@/lib/rotation/sealed-values-store'
import { startTellingKeys } from '@/lib/vault/key-readers'
import { checkTokenKeys, KeyMismatchError } from '@/lib/vault/key-record'
import { keyRecordStore } from '@/lib/vault/key-record-store'

/** Stops the process when it could not do its work: better no start than one that fails at the first request. */
export async function boot({ isWorker = false } = {}): Promise<void> {
  try {
    setLogLevel(env().logLevel)
    if (isWorker) databaseDirectUrl()
    checkFigures(figures)
    await checkDeploymentAtBoot()
    watchDeployment()
    const { tokenKeys, airwallex } = env()
    await checkTokenKeys({
      tokenKeys,
      records: keyRecordStore(),
      values: sealedValuesStore(),
      environment: airwallex.environment,
    })
    await startTellingKeys(isWorker ? 'worker' : 'web', tokenKeys)
  } catch (error) {
    // Names of variables and rules only; anything else that can be thrown here is our own mistake and shown whole.
    const kinds = [EnvironmentError, DeploymentError, KeyMismatchError]
    const isTold = kinds.some((kind) => error instanceof kind)
    const { message, stack } = error instanceof Error ? error : { message: error, stack: error }
    const text = isTold ? message : stack
    process.stderr.write(`${text}\n`)
    process.exit(1)
  }
}
