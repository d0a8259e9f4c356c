const WIDTH = 30
const LINES = 10

/** Text of a bar such as `[######------]  1,200 of 6,000`. */
export function barOf(done: number, total: number): string {
  const filled = total === 0 ? WIDTH : Math.min(WIDTH, Math.floor((done / total) * WIDTH))
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]  ${countOf(done, total)}`
}
const countOf = (done: number, total: number) => `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`

type Out = { readonly isTTY?: boolean; write(text: string): unknown }

/** A bar that moves in a terminal; elsewhere a line for each tenth. `total` may turn out to be too small. */
export function progress(total: number, out: Out = process.stderr) {
  let shown = ''
  const show = (text: string, line: string) => {
    if (text !== shown) out.write(line)
    shown = text
  }
  return {
    update(done: number) {
      if (out.isTTY) {
        const bar = barOf(done, total)
        if (done % 50 === 0 || done >= total) show(bar, `\r${bar}`)
        return
      }
      const tenth = total === 0 ? LINES : Math.floor((done / total) * LINES)
      if (tenth > 0) show(String(tenth), `${countOf(done, total)}\n`)
    },
    end() {
      if (out.isTTY && shown) out.write('\n')
    },
  }
}
