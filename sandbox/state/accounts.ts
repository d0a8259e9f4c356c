import type { Account } from './account'
import { ACCOUNT_FIXTURES } from './account-fixtures'
import { findPerson, type Role } from './people'

export type NewAccount = {
  id?: string | undefined
  name?: string | undefined
  status?: string | undefined
  listed?: boolean | undefined
}

/** The accounts of the sandbox and who has which role in them. */
export class Accounts {
  readonly #accounts = new Map<string, Account>()
  readonly #roles = new Map<string, Role>()
  #synthetic = 0

  constructor() {
    this.reset()
  }

  get(id: string): Account | undefined {
    return this.#accounts.get(id)
  }

  listed(): Account[] {
    return [...this.#accounts.values()].filter((account) => account.listed)
  }

  create({ id, name, status = 'ACTIVE', listed = false }: NewAccount): Account {
    this.#synthetic += 1
    const number = String(this.#synthetic).padStart(6, '0')
    const account: Account = {
      id: id ?? `acct_Synthetic00000000${number}`,
      name: name ?? `Synthetic Account ${number}`,
      place: 'made for a test',
      status,
      listed,
      money: { currencies: ['USD', 'EUR'], entries: 12, globalAccounts: 1 },
      wire: {
        nickname: name ?? `Synthetic Account ${number}`,
        created_at: '2025-06-01T00:00:00+0000',
        view_type: 'FULL',
        account_details: {
          legal_entity_type: 'BUSINESS',
          business_details: {
            business_name: name ?? `Synthetic Account ${number}`,
            business_structure: 'COMPANY',
            registration_address: { address_line1: `${this.#synthetic} Test Street`, country_code: 'SG' },
          },
        },
      },
    }
    this.#accounts.set(account.id, account)
    return account
  }

  setStatus(account: Account, status: string): void {
    account.status = status
  }

  role(accountId: string, userId: string): Role {
    return this.#roles.get(`${accountId} ${userId}`) ?? findPerson(userId)?.role ?? 'Viewer'
  }

  setRole(accountId: string, userId: string, role: Role): void {
    this.#roles.set(`${accountId} ${userId}`, role)
  }

  reset(): void {
    this.#accounts.clear()
    this.#roles.clear()
    for (const account of ACCOUNT_FIXTURES) this.#accounts.set(account.id, structuredClone(account))
  }

  dump(): { accounts: Account[]; roles: [string, Role][] } {
    return { accounts: [...this.#accounts.values()], roles: [...this.#roles] }
  }

  /** Fixtures keep their contents from the code; only what was changed or added comes from the file. */
  load(saved: { accounts: Account[]; roles: [string, Role][] }): void {
    this.reset()
    for (const account of saved.accounts) {
      const known = this.#accounts.get(account.id)
      if (known) known.status = account.status
      else this.#accounts.set(account.id, account)
    }
    this.#synthetic = this.#accounts.size
    for (const [key, role] of saved.roles) this.#roles.set(key, role)
  }
}
