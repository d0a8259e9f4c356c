import { inspect } from 'node:util'

const HIDDEN = '[secret]'

/**
 * A string that must not be printed: a token, a code, a verifier. Logs, JSON, templates and `util.inspect` at any depth
 * show `[secret]`; only `reveal()` gives the value, so that each place that takes it out can be found by its name.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
