import clsx from 'clsx'
import type { ReactNode } from 'react'
import type { CurrencyBalance, CurrentBalances } from '@/lib/airwallex/balances-api'
import { currencyName, formatAmount } from '@/lib/format/money'
import { BalanceSplit, SplitKey, SplitPatterns } from './balance-split'

/** Amounts by currency and, if some of the money is not available, how the total is split. */
export function BalancesTable({ balances, unreadable }: CurrentBalances) {
  if (balances.length === 0)
    return <p className="py-4 text-text-muted">Airwallex reports no balance in any currency.</p>
  const isSplit = balances.some(({ pending, reserved }) => isSome(pending) || isSome(reserved))
  return (
    <>
      {isSplit && <SplitPatterns />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="overflow-x-auto" aria-label="Balances by currency" tabIndex={0}>
        <table className="w-full">
          <thead className="text-sm text-text-muted">
            <tr className="border-b">
              <Column>Currency</Column>
              <Column amount>{isSplit && <SplitKey part="available" />}Available</Column>
              <Column amount className="max-sm:hidden">
                {isSplit && <SplitKey part="pending" />}Pending
              </Column>
              <Column amount className="max-sm:hidden">
                {isSplit && <SplitKey part="reserved" />}Reserved
              </Column>
              <Column amount>Total</Column>
              {isSplit && (
                <Column className="w-24 max-lg:hidden">
                  <span className="sr-only">Split of the total, drawn</span>
                </Column>
              )}
            </tr>
          </thead>
          <tbody className="divide-y">
            {balances.map((balance) => (
              <BalanceRow key={rowKey(balance)} balance={balance} isSplit={isSplit} />
            ))}
          </tbody>
        </table>
      </section>
      {unreadable > 0 && (
        <p className="border-t py-2.5 text-sm text-text-muted">
          {unreadable} more {unreadable === 1 ? 'entry' : 'entries'} from Airwallex could not be read.
        </p>
      )}
    </>
  )
}

function BalanceRow({ balance, isSplit }: { readonly balance: CurrencyBalance; readonly isSplit: boolean }) {
  const { currency, available, pending, reserved, total } = balance
  const type = accountTypeLabel(balance)
  return (
    <tr className="h-11">
      <th scope="row" className="py-1 pr-3 text-left font-normal">
        <span className="block leading-5 font-medium">{currency}</span>
        <span className="block text-xs text-text-muted">
          {[currencyName(currency), type].filter(Boolean).join(', ')}
        </span>
      </th>
      <Amount amount={available} currency={currency} />
      <Amount amount={pending} currency={currency} className="max-sm:hidden" />
      <Amount amount={reserved} currency={currency} className="max-sm:hidden" />
      <Amount amount={total} currency={currency} className="font-medium" />
      {isSplit && (
        <td className="pl-3 max-lg:hidden">
          <BalanceSplit available={available} pending={pending} reserved={reserved} total={total} />
        </td>
      )}
    </tr>
  )
}

type AmountProps = { readonly amount: string | null; readonly currency: string; readonly className?: string }

/** Nothing there is quieter than something. */
function Amount({ amount, currency, className }: AmountProps) {
  return (
    <td
      className={clsx(
        'py-1.5 pl-3 text-right whitespace-nowrap',
        isSome(amount) ? undefined : 'text-text-muted',
        className,
      )}
    >
      {amount === null ? '–' : formatAmount(amount, currency)}
    </td>
  )
}

type ColumnProps = { readonly amount?: boolean; readonly className?: string; readonly children: ReactNode }

function Column({ amount = false, className, children }: ColumnProps) {
  return (
    <th
      scope="col"
      className={clsx('h-9 font-medium whitespace-nowrap', amount ? 'pl-3 text-right' : 'text-left', className)}
    >
      {children}
    </th>
  )
}

const isSome = (amount: string | null) => amount !== null && /[1-9]/.test(amount)

const accountTypeLabel = ({ accountType }: CurrencyBalance) => {
  const type = 'known' in accountType ? accountType.known : accountType.unrecognized
  return type === 'cash' ? null : type
}

const rowKey = (balance: CurrencyBalance) => `${accountTypeLabel(balance) ?? ''} ${balance.currency}`
