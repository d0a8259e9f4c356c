-- Who a session is of, in one statement (docs/adr/0034-a-session-in-one-statement.md). It runs with the rights of its
-- caller, under the same policies: between the two settings the user's own memberships and workspaces can be read, and
-- nothing else. The setting that the transaction had before returns at the end.
CREATE FUNCTION read_session(of_token text, preferred_workspace_id uuid)
RETURNS TABLE (session_id uuid, expires_at timestamptz, last_seen_at timestamptz, authenticated_at timestamptz,
  user_id uuid, name text, email text, disabled_at timestamptz, role text, workspace_id uuid, workspace_name text)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
AS $$
#variable_conflict use_column
DECLARE
  its_user uuid;
  earlier text := coalesce(current_setting('app.user_id', true), '');
BEGIN
  SELECT s.user_id INTO its_user FROM session s WHERE s.session_token = of_token;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM set_config('app.user_id', its_user::text, true);
  RETURN QUERY
    SELECT s.id, s.expires, s.last_seen_at, s.authenticated_at, u.id, u.name::text, u.email::text, u.disabled_at,
      m.role::text, w.id, w.name::text
    FROM session s
    JOIN partner_user u ON u.id = s.user_id
    LEFT JOIN LATERAL (
      SELECT own.role, own.workspace_id FROM membership own WHERE own.user_id = u.id
      ORDER BY own.workspace_id IS NOT DISTINCT FROM preferred_workspace_id DESC, own.created_at, own.workspace_id
      LIMIT 1
    ) m ON true
    LEFT JOIN workspace w ON w.id = m.workspace_id
    WHERE s.session_token = of_token;
  PERFORM set_config('app.user_id', earlier, true);
END $$;

REVOKE EXECUTE ON FUNCTION read_session(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION read_session(text, uuid) TO partner_dashboard_app;
