import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ICONS } from './icon-names'

it('draws every icon that has a name, and no other', () => {
  const css = readFileSync('app/icons.css', 'utf8')
  const drawn = [
    ...css.matchAll(/^\.icon-([a-z-]+) \{\n\s+mask-image: url\("data:image\/svg\+xml,<svg [^"]+<\/svg>"\);/gm),
  ]
  expect(drawn.map(([, name]) => name).sort()).toEqual([...ICONS].sort())
})
