const names = new Intl.DisplayNames('en-US', { type: 'region', fallback: 'none' })

/** "Hong Kong SAR China" for "HK"; the code itself where no one has named it. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  return names.of(code) ?? code
}
