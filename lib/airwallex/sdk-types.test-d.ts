import type { AccountResApiDto } from '@airwallex/node-sdk/dist/model/accountResApiDto'
import type { WalletBalanceDto } from '@airwallex/node-sdk/dist/model/walletBalanceDto'
import type { z } from 'zod'
import type { accountSchema } from './account-api'
import type { balanceSchema } from './balances-api'

// Checked by `tsc`, never run: what Airwallex's official SDK (2.1.0-beta.5) calls an account and a balance holds every
// field that our schemas read, under the same name and with a type that they take. A schema that reads a field the SDK
// does not have, or as another type, does not compile.

/** Fields that our schemas read for older or newer versions of the API than the SDK's. */
type NotInSdk = {
  account: 'account_details.business_details.address'
  balance: 'account_type' | 'prepayment_amount'
}

type Wire = string | number | boolean | null | undefined | Date

/** Paths of every field that a schema reads, `a.b.c`. */
type Paths<T, Prefix extends string = ''> = T extends Wire | readonly unknown[]
  ? never
  : { [K in keyof T & string]: `${Prefix}${K}` | Paths<NonNullable<T[K]>, `${Prefix}${K}.`> }[keyof T & string]

/** The type at a path, `never` where the SDK has no such field. */
type At<T, Path extends string> = Path extends `${infer Head}.${infer Tail}`
  ? Head extends keyof T
    ? At<NonNullable<T[Head]>, Tail>
    : never
  : Path extends keyof T
    ? NonNullable<T[Path]>
    : never

type Below<Path extends string> = Path | `${Path}.${string}`

/** What a leaf of our schemas reads: text, several texts, or an amount. */
type Leaf<T> = T extends readonly unknown[] ? readonly string[] : T extends string ? string : T

type Read<Schema extends z.ZodType> = NonNullable<z.output<Schema>>

/** Paths that a schema reads and whose type in the SDK does not fit; must be `never`. */
type Unfit<Schema extends z.ZodType, Sdk, Except extends string, AlsoNumber = never> = {
  [P in Exclude<Paths<Read<Schema>>, Below<Except>>]: [At<Sdk, P>] extends [never]
    ? P
    : At<Read<Schema>, P> extends Wire | readonly unknown[]
      ? [At<Sdk, P>] extends [Leaf<At<Read<Schema>, P>> | AlsoNumber]
        ? never
        : P
      : never
}[Exclude<Paths<Read<Schema>>, Below<Except>>]

type AssertNone<T extends never> = T

export type AccountFits = AssertNone<Unfit<typeof accountSchema, AccountResApiDto, NotInSdk['account']>>
export type BalanceFits = AssertNone<Unfit<typeof balanceSchema, WalletBalanceDto, NotInSdk['balance'], number>>

// The check itself: these must not compile.
type Broken = z.ZodObject<{ id: z.ZodString; account_name: z.ZodString }>
// @ts-expect-error the SDK's account has no `account_name`
export type MissingField = AssertNone<Unfit<Broken, AccountResApiDto, never>>
type WrongType = z.ZodObject<{ id: z.ZodNumber }>
// @ts-expect-error the SDK's account id is a string
export type WrongFieldType = AssertNone<Unfit<WrongType, AccountResApiDto, never>>
type DeepBroken = z.ZodObject<{
  account_details: z.ZodObject<{ business_details: z.ZodObject<{ name: z.ZodString }> }>
}>
// @ts-expect-error a business's name is `business_name`
export type MissingDeepField = AssertNone<Unfit<DeepBroken, AccountResApiDto, never>>

// And zod takes the SDK's values as input at all.
export const acceptsAccount = (account: AccountResApiDto): z.input<typeof accountSchema> => account
export const acceptsBalance = (balance: WalletBalanceDto): z.input<typeof balanceSchema> => balance
