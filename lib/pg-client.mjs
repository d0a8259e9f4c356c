import pg from 'pg'

// An instant without an offset, which is what Prisma's driver adapter writes and reads, means whatever the session's time
// zone is. Server, database and role may each set one, so every connection says its own. These three are start-up
// parameters that PgBouncer keeps per client in transaction mode (docs/adr/0031-every-connection-says-its-time-zone.md).
const SAID = {
  TimeZone: 'UTC',
  // As the server reports it: PgBouncer would otherwise see a difference, and set it again in front of each transaction.
  DateStyle: 'ISO, MDY',
  standard_conforming_strings: 'on',
}

/**
 * The client of every connection to PostgreSQL; pools take it as their `Client`. The name of the overridden method is
 * pg's own and not documented: the start of web and worker checks that the server heard.
 */
export class Client extends pg.Client {
  getStartupConf() {
    return { ...super.getStartupConf(), ...SAID }
  }
}
