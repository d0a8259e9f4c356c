/** Wall-clock time for everything outside the rotation protocol, which brings its own clock. */
export const now = (): Date => new Date()
