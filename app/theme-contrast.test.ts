import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

// WCAG 2.2: 1.4.3 asks 4.5:1 for text, 1.4.11 asks 3:1 for what one must see to use or understand something.

const css = readFileSync(new URL('./globals.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...css.matchAll(/--color-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name, light, dark]) => [String(name), { light: String(light), dark: String(dark) }],
  ),
)

const SURFACES = ['surface', 'surface-raised', 'surface-sunken']
const TONES = ['positive', 'caution', 'critical', 'info']
const pairs = (front: readonly string[], back: readonly string[]) =>
  front.flatMap((one) => back.map((other) => [one, other] as const))

const TEXT = [
  ...pairs(['text', 'text-muted', 'accent', ...TONES], SURFACES),
  ...TONES.flatMap((tone) => pairs([tone, 'text', 'text-muted'], [`${tone}-tint`])),
  ...pairs(['text', 'accent'], ['accent-tint']),
  ...pairs(['on-accent'], ['accent', 'accent-strong']),
  ...pairs(['on-critical'], ['critical', 'critical-strong']),
]
const CONTROLS = pairs(['border-strong', 'accent'], SURFACES)

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const contrast = (front: string, back: string) => contrastRatio(color(front, theme), color(back, theme))

  it.each(TEXT)('has 4.5:1 for %s on %s', (front, back) => {
    expect(contrast(front, back)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(CONTROLS)('has 3:1 for %s on %s', (front, back) => {
    expect(contrast(front, back)).toBeGreaterThanOrEqual(3)
  })
})

it('computes contrast as WCAG does', () => {
  expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrastRatio('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})

it('covers every color there is, borders that only separate aside', () => {
  const covered = new Set([...TEXT, ...CONTROLS].flat())
  expect([...tokens.keys()].filter((name) => !covered.has(name))).toEqual(['border'])
  expect(css.match(/--color-[a-z-]+: light-dark/g)).toHaveLength(tokens.size)
})

function color(name: string, theme: 'light' | 'dark'): string {
  const found = tokens.get(name)
  if (!found) throw new Error(`globals.css has no token ${name}`)
  return found[theme]
}

function contrastRatio(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (Number(lighter) + 0.05) / (Number(darker) + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
