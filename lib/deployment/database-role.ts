/** What the role of DATABASE_URL could do, by itself or as a member of others. */
export type DatabaseRole = {
  readonly isApplication: boolean
  readonly isAboveRules: boolean
  readonly ownsTables: boolean
  readonly mayDefine: boolean
  readonly mayRewriteAudit: boolean
}

export const APPLICATION_ROLE = 'partner_dashboard_app'

const TOO_MUCH = {
  isAboveRules: 'is a superuser or has BYPASSRLS, so that row-level security would not hold it',
  ownsTables: 'owns tables and could switch their row-level security off',
  mayDefine: 'may create tables, schemas, databases or roles',
  mayRewriteAudit: 'may write to the audit log past its functions',
} as const

/** Why web and worker must not run as this role (docs/operations.md, "Database roles"); null where they may. */
export function roleProblem(role: DatabaseRole): string | null {
  const names = Object.keys(TOO_MUCH) as (keyof typeof TOO_MUCH)[]
  const problems: string[] = names.filter((name) => role[name]).map((name) => TOO_MUCH[name])
  if (!role.isApplication) problems.push(`is not a member of ${APPLICATION_ROLE}, which npm run db:migrate makes`)
  if (problems.length === 0) return null
  return [
    `DATABASE_URL is not usable: its role ${problems.join('; it ')}.`,
    `Give it a login of its own that is a member of ${APPLICATION_ROLE} and of nothing else, and keep the owner of the`,
    'tables for DATABASE_DIRECT_URL: migrations, and the queue of the worker (docs/operations.md, "Database roles").',
  ].join('\n')
}
