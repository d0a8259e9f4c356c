-- Web and worker compare which migrations are applied with those that they were built with (lib/health/schema-views.ts).
-- The table is Prisma's own, and not there in the database that only compares schemas.
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    GRANT SELECT (migration_name, finished_at, rolled_back_at) ON public._prisma_migrations TO partner_dashboard_app;
  END IF;
END
$$;
