import { boot } from '@/lib/deployment/boot'
import { startWorker, type Worker } from './worker'

// `npm run worker`: N of these may run. SIGTERM or SIGINT: claims nothing more, finishes what runs, exits with 0.

let worker: Worker | undefined
let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  await worker?.stop()
  process.exit(0)
}
// Before the boot: a deployment may be called back while this process still waits for its database.
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

await boot({ isWorker: true })
worker = startWorker()
