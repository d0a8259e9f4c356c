import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { WorkerState } from '@/lib/background/heartbeat-views'
import { WorkerBanner } from './worker-banner'

const now = new Date('2026-11-23T12:00:00Z')
const words = (state: WorkerState) =>
  renderToStaticMarkup(<WorkerBanner state={state} clock={{ now, timeZone: 'UTC' }} />).replace(/<[^>]+>/g, '')

describe('the banner of background work', () => {
  it('says nothing while a worker runs', () => {
    expect(words({ kind: 'running', workers: 1, lastSeenAt: now })).toBe('')
  })

  it('says since when it is stopped, what that means and what to do', () => {
    const stopped = words({ kind: 'stopped', since: new Date('2026-11-23T11:42:07Z') })
    expect(stopped).toContain('Background work is stopped')
    expect(stopped).toContain('No worker has run since 11:42:07.')
    expect(stopped).toContain('interrupted renewals are not retried and idle connections can expire')
    expect(stopped).toContain('Tokens are still renewed when someone needs one')
    expect(stopped).toContain('npm run worker')
  })

  it('does not claim that there was a worker where none was ever seen', () => {
    expect(words({ kind: 'stopped', since: null })).toContain('No worker has run yet.')
  })
})
