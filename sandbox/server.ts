import { startSandbox } from './sandbox'
import { configFromEnvironment, SandboxConfigError } from './state/config'

// `npm run sandbox`. Prints one line of JSON when everything listens, for the process that started it.
try {
  const sandbox = await startSandbox(configFromEnvironment(process.env))
  const { origin, oidcIssuer, smtpPort } = sandbox
  process.stdout.write(`${JSON.stringify({ ready: true, origin, oidcIssuer, smtpPort })}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)))
  }
} catch (error) {
  process.stderr.write(`sandbox: ${explain(error)}\n`)
  process.exit(1)
}

function explain(error: unknown): string {
  if (error instanceof SandboxConfigError) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}. Stop what uses the port, or set SANDBOX_PORT, SANDBOX_OIDC_PORT or SANDBOX_SMTP_PORT.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
