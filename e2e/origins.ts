function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is set by the set-up of the end-to-end tests; run them with npm run test:e2e`)
  return value
}

/** Where the parts of this run are; each run has ports and a database of its own. */
export const origins = {
  get app() {
    return required('E2E_APP_ORIGIN')
  },
  get sandbox() {
    return required('E2E_SANDBOX_ORIGIN')
  },
  get databaseUrl() {
    return required('E2E_DATABASE_URL')
  },
}

/** Where everything that the product printed in this run stands. */
export const logFile = () => required('E2E_LOG_FILE')

/** The environment that web and worker were started with. */
export const productEnvironment = (): Record<string, string> => JSON.parse(required('E2E_ENVIRONMENT'))
