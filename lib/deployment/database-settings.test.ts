import { describe, expect, it } from 'vitest'
import { CHECKED_SETTINGS, type DatabaseSetting, unfitSettings } from './database-settings'

const GOOD: Record<string, string> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  standard_conforming_strings: 'on',
  statement_timeout: '5000',
  lock_timeout: '2000',
  idle_in_transaction_session_timeout: '10000',
  search_path: 'public',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  row_security: 'on',
  extra_float_digits: '1',
}

function judge(changes: Record<string, string> = {}, ofRole: string[] = []) {
  const settings = Object.entries({ ...GOOD, ...changes }).map(
    ([name, value]): DatabaseSetting => ({ name, value, isOfRole: ofRole.includes(name) }),
  )
  return unfitSettings({ database: 'dash"board', login: 'dashboard_app', settings })
}

describe('settings of the database', () => {
  it('fit as the migrations leave them, and when they are stricter', () => {
    expect(CHECKED_SETTINGS.toSorted()).toEqual(Object.keys(GOOD).toSorted())
    expect(judge()).toBeNull()
    expect(judge({ statement_timeout: '1000', lock_timeout: '1', extra_float_digits: '3' })).toBeNull()
  })

  it.each([
    ['statement_timeout', '0'],
    ['statement_timeout', '5001'],
    ['lock_timeout', '0'],
    ['lock_timeout', '2001'],
    ['idle_in_transaction_session_timeout', '0'],
    ['idle_in_transaction_session_timeout', '10001'],
    ['search_path', 'elsewhere'],
    ['search_path', ''],
    ['default_transaction_isolation', 'serializable'],
    ['default_transaction_read_only', 'on'],
    ['row_security', 'off'],
    ['extra_float_digits', '0'],
  ])('do not fit when %s is %j, and the statement that mends it is named', (name, value) => {
    expect(judge({ [name]: value })).toContain(`  ${name} is ${value || 'empty'} and must `)
    expect(judge({ [name]: value })).toContain(`  ALTER DATABASE "dash""board" SET ${name} = `)
  })

  it('are mended for the login where they are set for it, since that outranks the database', () => {
    expect(judge({ lock_timeout: '0' }, ['lock_timeout'])).toContain(
      `  ALTER ROLE "dashboard_app" IN DATABASE "dash""board" SET lock_timeout = '2s';`,
    )
  })

  it.each([
    ['TimeZone', 'Asia/Kolkata'],
    ['DateStyle', 'German, DMY'],
    ['standard_conforming_strings', 'off'],
  ])('do not fit when a pooler keeps %s to itself, whatever else is wrong', (name, value) => {
    const problem = judge({ [name]: value, lock_timeout: '0' })
    expect(problem).toMatch(
      new RegExp(`^The database does not hear what each connection says:\n  ${name} is ${value}\n`),
    )
    expect(problem).not.toContain('ALTER')
  })
})
