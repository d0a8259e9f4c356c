import { describe, expect, it } from 'vitest'
import { databaseProblem } from './database-problem'

/** As Prisma's adapter hands on what pg threw. */
const ofPrisma = (cause: object) =>
  Object.assign(new Error('SENTINEL'), { code: 'P2010', meta: { driverAdapterError: { cause } } })
const ofPg = (code: string, more = {}) => Object.assign(new Error('SENTINEL'), { code, ...more })

describe('a database that cannot be used', () => {
  it.each([
    [ofPrisma({ originalCode: '28P01', kind: 'AuthenticationFailed' }), 'login', true],
    [ofPg('28000'), 'login', true],
    [ofPrisma({ originalCode: '3D000', kind: 'DatabaseDoesNotExist' }), 'no_database', true],
    [ofPrisma({ originalCode: '42P01', kind: 'TableDoesNotExist' }), 'schema', true],
    [ofPrisma({ originalCode: '42883', kind: 'postgres' }), 'schema', true],
    [ofPrisma({ originalCode: '42501', kind: 'postgres' }), 'rights', true],
    [ofPrisma({ kind: 'TlsConnectionError' }), 'tls', true],
    [ofPg('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', true],
    [new Error('The server does not support SSL connections'), 'tls', true],
    [ofPrisma({ kind: 'DatabaseNotReachable' }), 'unreachable', false],
    [ofPg('ECONNREFUSED', { syscall: 'connect' }), 'unreachable', false],
    [new Error('Connection terminated due to connection timeout'), 'unreachable', false],
    [new Error('timeout expired'), 'unreachable', false],
    [ofPg('57P03'), 'not_ready', false],
    [ofPg('53300'), 'not_ready', false],
    [ofPg('57P01'), 'unreachable', false],
    [ofPg('08P01'), 'unreachable', false],
    [ofPg('ENOENT', { syscall: 'open' }), 'unknown', false],
    [new Error('SENTINEL'), 'unknown', false],
    ['SENTINEL', 'unknown', false],
  ])('%# is called what it is, and is waited for only where waiting can help', (error, kind, isPermanent) => {
    const problem = databaseProblem(error)
    expect(problem).toMatchObject({ kind, isPermanent })
    expect(problem.message).not.toContain('SENTINEL')
  })
})
