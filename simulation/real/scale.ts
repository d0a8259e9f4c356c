import { scaledFigures } from '@/lib/rotation/figures'

// Real processes wait in real time. All figures of the protocol are divided, and what surrounds them with them.
export const DIVISOR = 4

export const figures = scaledFigures(DIVISOR)

export const GRACE_SECONDS = 60 / DIVISOR

/** Shorter than a division by four would make it: each connection rotates again and again while processes die. */
export const ACCESS_TOKEN_SECONDS = 10
