import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { TimelineChange } from '@/lib/background/views'
import { TimelineAlert } from './timeline-alert'

const now = new Date('2026-12-01T12:00:00Z')
const words = (change: TimelineChange | null) =>
  renderToStaticMarkup(<TimelineAlert change={change} clock={{ now, timeZone: 'UTC' }} />).replace(/<[^>]+>/g, '')

describe('the report of a changed timeline', () => {
  it('says nothing where there was none', () => {
    expect(words(null)).toBe('')
  })

  it('says when it was noticed, what survived and what a lost renewal means', () => {
    const said = words({ noticedAt: new Date('2026-12-01T11:42:07Z'), recoveredTo: new Date('2026-12-01T11:41:55Z') })
    expect(said).toContain('Noticed 11:42:07.')
    expect(said).toContain('The last change that survived was stored 11:41:55; what was stored after it is lost.')
    expect(said).toContain('fails when it is next renewed and has to be reauthorized')
  })

  it('does not claim to know what survived where the server did not tell', () => {
    const said = words({ noticedAt: now, recoveredTo: null })
    expect(said).toContain('What was stored shortly before may be lost.')
    expect(said).not.toContain('survived')
  })
})
