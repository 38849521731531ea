-- Whether the caller is a database administrator, who may leave out the actor.
--
--   SELECT as_isDba();
--
CREATE OR REPLACE FUNCTION as_isDba()
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    -- A session that has put on a narrower role with SET ROLE is judged by that role.
    SELECT pg_has_role(
        CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END,
        'portal_dba',
        'MEMBER'
    )
$$;

COMMENT ON FUNCTION as_isDba IS
'Whether the caller is a member of portal_dba: only such a caller may leave out the actor of a procedure.';
