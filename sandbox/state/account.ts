export type Account = {
  id: string
  /** What the sandbox's own pages call it; the API answers `wire`, which may call it something else. */
  name: string
  place: string
  status: string
  /** Offered on the consent pages. */
  listed: boolean
  money: { currencies: string[]; entries: number; globalAccounts: number; text?: string }
  /** Airwallex's account object, less `id` and `status`. */
  wire: Record<string, unknown>
}
