/**
 * Longer than anything a callback waits for: hold, connection, exchange, account, commit (lib/authorization/finish.ts). A
 * consumed authorization that has no outcome after this was interrupted, and no grant can be stored for it anymore.
 */
export const EXCHANGE_BOUND_SECONDS = 90
