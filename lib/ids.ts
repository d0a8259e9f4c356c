const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** PostgreSQL answers anything else with an error, where an id from outside is to be answered as an absent one. */
export function isId(value: string): boolean {
  return UUID.test(value)
}
