import { boot } from '@/lib/boot'
import { startWorker } from './worker'

// `npm run worker`: N of these may run. SIGTERM or SIGINT: claims nothing more, finishes what runs, exits with 0.

await boot({ isWorker: true })
const worker = startWorker()

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  await worker.stop()
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
