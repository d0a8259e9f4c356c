-- For scans over many connections: is_frozen would be asked for each row, and finds the row itself once more. Both say the
-- same of a place (lib/rotation/rotation-store.integration.test.ts); a frozen deployment freezes every workspace.
CREATE FUNCTION frozen_workspaces() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id FROM workspace WHERE frozen_at IS NOT NULL OR EXISTS (SELECT 1 FROM deployment WHERE frozen_at IS NOT NULL)
$$;
REVOKE EXECUTE ON FUNCTION frozen_workspaces() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION frozen_workspaces() TO partner_dashboard_app;
