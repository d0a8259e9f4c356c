/** What a scope of Airwallex opens, in words; `noun` completes "See …" and "Change …". */
type Resource = { readonly group: ScopeGroup; readonly noun: string }

/** In the order in which a page lists them. */
export const SCOPE_GROUPS = [
  'Account',
  'Balances and accounts',
  'Payouts',
  'Currency conversion',
  'Cards',
  'Payments',
  'Billing',
  'Spend',
  'Finance and reports',
  'Risk',
  'Other',
] as const
export type ScopeGroup = (typeof SCOPE_GROUPS)[number]

const billing = (noun: string): Resource => ({ group: 'Billing', noun })
const payments = (noun: string): Resource => ({ group: 'Payments', noun })
const spend = (noun: string): Resource => ({ group: 'Spend', noun })
const cards = (noun: string): Resource => ({ group: 'Cards', noun })

// The names of Airwallex's scopes page; a resource that is missing here is shown under its own name.
export const RESOURCES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['account_details', { group: 'Account', noun: 'account details' }],
  ['platform_account', { group: 'Account', noun: 'platform accounts' }],
  ['balance', { group: 'Balances and accounts', noun: 'balances and balance history' }],
  ['global_account', { group: 'Balances and accounts', noun: 'global accounts, their statements and transactions' }],
  ['deposit', { group: 'Balances and accounts', noun: 'deposits' }],
  ['transfer', { group: 'Payouts', noun: 'transfers and batch transfers' }],
  ['beneficiary', { group: 'Payouts', noun: 'beneficiaries' }],
  ['fx.conversion', { group: 'Currency conversion', noun: 'conversions, quotes and rates' }],
  ['issuing.card', cards('issued cards')],
  ['issuing.cardholder', cards('cardholders')],
  ['issuing.transaction', cards('card transactions')],
  ['issuing.merchant_brand', cards('merchant brands')],
  ['payment_link', payments('payment links')],
  ['payment_acceptance', payments('accepted payments')],
  ['payment_dispute', payments('payment disputes')],
  ['pos_terminal', payments('point-of-sale terminals')],
  ['funds_split', payments('funds splits')],
  ['billing.checkout', billing('checkouts')],
  ['billing.customer', billing('billing customers')],
  ['billing.credit_note', billing('credit notes')],
  ['billing.discount', billing('discounts')],
  ['billing.invoice', billing('invoices')],
  ['billing.payment_source', billing('payment sources')],
  ['billing.price', billing('prices')],
  ['billing.product', billing('products')],
  ['billing.subscription', billing('subscriptions')],
  ['billing.usage_metering', billing('usage records')],
  ['billing.transaction', billing('billing transactions')],
  ['spend.bill', spend('bills')],
  ['spend.expense', spend('expenses')],
  ['spend.purchase_order', spend('purchase orders')],
  ['spend.vendor', spend('vendors')],
  ['financial_transaction', { group: 'Finance and reports', noun: 'financial transactions' }],
  ['financial_report', { group: 'Finance and reports', noun: 'financial reports' }],
  ['risk.rfi', { group: 'Risk', noun: 'requests for information' }],
  ['reference.order_item', { group: 'Other', noun: 'order items' }],
  ['commerce_store', { group: 'Other', noun: 'commerce stores' }],
  ['file', { group: 'Other', noun: 'files' }],
  ['simulation', { group: 'Other', noun: 'sandbox simulations' }],
])

/** Old names of resources whose new name is not the same; the pairs are inferred from what both give. */
export const OLD_RESOURCE_NAMES: ReadonlyMap<string, string> = new Map([
  ['balances', 'balance'],
  ['settings.account_details', 'account_details'],
  ['global_accounts', 'global_account'],
  ['transfers', 'transfer'],
  ['conversions', 'fx.conversion'],
  ['contact_management', 'beneficiary'],
  ['payment_links', 'payment_link'],
  ['pa', 'payment_acceptance'],
  ['deposits', 'deposit'],
])
