/** A setting as a connection of the application finds it. */
export type DatabaseSetting = {
  readonly name: string
  /** In the unit of `pg_settings`: milliseconds for the bounds. Of the search path, the schema it leads to. */
  readonly value: string
  /** Set for the login itself, which outranks what the database sets. */
  readonly isOfRole: boolean
}

export type DatabaseSettings = {
  readonly database: string
  readonly login: string
  readonly settings: readonly DatabaseSetting[]
}

const atMost = (limit: number) => (value: string) => Number(value) > 0 && Number(value) <= limit
const exactly = (wanted: string) => (value: string) => value === wanted

/** What each connection says (lib/pg-client.mjs). Where it is not so, something between the two did not pass it on. */
const SAID = {
  TimeZone: exactly('UTC'),
  DateStyle: (value: string) => value.startsWith('ISO'),
  standard_conforming_strings: exactly('on'),
}

/**
 * What a client cannot say through PgBouncer, and a dump does not carry: what it has to be, and what to set it to. The
 * bounds are those of the first migration (docs/adr/0013-statement-bounds-on-the-database.md).
 */
const SET: Readonly<Record<string, { fits: (value: string) => boolean; rule: string; to: string }>> = {
  statement_timeout: { fits: atMost(5_000), rule: 'must be more than 0 and at most 5 s', to: "'5s'" },
  lock_timeout: { fits: atMost(2_000), rule: 'must be more than 0 and at most 2 s', to: "'2s'" },
  idle_in_transaction_session_timeout: {
    fits: atMost(10_000),
    rule: 'must be more than 0 and at most 10 s',
    to: "'10s'",
  },
  search_path: { fits: exactly('public'), rule: 'must lead to the schema public', to: 'public' },
  default_transaction_isolation: {
    fits: exactly('read committed'),
    rule: 'must be read committed',
    to: "'read committed'",
  },
  default_transaction_read_only: { fits: exactly('off'), rule: 'must be off', to: 'off' },
  row_security: { fits: exactly('on'), rule: 'must be on', to: 'on' },
  // An instant that was read has to equal itself when it is written back.
  extra_float_digits: { fits: (value) => Number(value) >= 1, rule: 'must be at least 1', to: '1' },
}

export const CHECKED_SETTINGS: readonly string[] = [...Object.keys(SAID), ...Object.keys(SET)]

/** Why web and worker must not run with these settings, and the statements that mend it; null where they may. */
export function unfitSettings({ database, login, settings }: DatabaseSettings): string | null {
  const unheard = settings.filter(({ name, value }) => SAID[name as keyof typeof SAID]?.(value) === false)
  if (unheard.length > 0) {
    return [
      'The database does not hear what each connection says:',
      ...unheard.map(({ name, value }) => `  ${name} is ${value}`),
      'A pooler between this process and PostgreSQL must pass on TimeZone, DateStyle and standard_conforming_strings,',
      'as PgBouncer does (docs/operations.md, "Settings of the database").',
    ].join('\n')
  }
  const wrong = settings.filter(({ name, value }) => SET[name]?.fits(value) === false)
  if (wrong.length === 0) return null
  return [
    'The settings of the database do not fit, as after a restore (docs/operations.md, "Settings of the database"):',
    ...wrong.map(({ name, value }) => `  ${name} is ${value || 'empty'} and ${SET[name]?.rule}`),
    'Run this as the owner of the database, and let a pooler connect anew:',
    ...wrong.map(({ name, isOfRole }) => {
      const subject = isOfRole ? `ROLE ${quoted(login)} IN DATABASE` : 'DATABASE'
      return `  ALTER ${subject} ${quoted(database)} SET ${name} = ${SET[name]?.to};`
    }),
  ].join('\n')
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
