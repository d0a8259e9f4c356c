/** An option of a command that counts something. @throws naming the option */
export function wholeNumber(option: string, value: string): number {
  if (!/^\d{1,12}$/.test(value)) throw new Error(`--${option} takes a whole number, such as 20`)
  return Number(value)
}
