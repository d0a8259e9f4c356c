import { databaseDirectUrl, EnvironmentError, env } from '@/lib/env'
import { startTellingKeys } from '@/lib/keys/key-readers'
import { checkTokenKeys, KeyMismatchError } from '@/lib/keys/key-record'
import { keyRecordStore } from '@/lib/keys/key-record-store'
import { sealedValuesStore } from '@/lib/keys/sealed-values-store'
import { log, logFailedStart, setLogLevel } from '@/lib/log'
import { checkFigures, figures } from '@/lib/rotation/figures'
import { checkDeploymentAtBoot, DeploymentError } from './identity'
import { ping, UnusableDatabaseError, untilUsable } from './until-usable'
import { watchDeployment } from './watch'

/** Stops the process when it could not do its work: better no start than one that fails at the first request. */
export async function boot({ isWorker = false } = {}): Promise<void> {
  try {
    setLogLevel(env().logLevel)
    const directUrl = isWorker ? databaseDirectUrl() : null
    checkFigures(figures)
    await checkDeploymentAtBoot()
    if (directUrl !== null) await untilUsable('DATABASE_DIRECT_URL', () => ping(directUrl))
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
    logFailedStart(problemsOf(error), ...(isOwnWord(error) ? [] : [error]))
    process.exit(1)
  }
  if (!isWorker) log.info('Web runs')
}

const OWN_WORDS = [EnvironmentError, DeploymentError, UnusableDatabaseError, KeyMismatchError]
const isOwnWord = (error: unknown): error is Error => OWN_WORDS.some((kind) => error instanceof kind)

/** Names of variables and rules. Any other error here is our own mistake, and is logged by where it happened. */
function problemsOf(error: unknown): readonly string[] {
  if (error instanceof EnvironmentError) return error.problems
  return isOwnWord(error) ? [error.message] : []
}
