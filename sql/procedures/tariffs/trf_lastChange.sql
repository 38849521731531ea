-- Who changed a thing of the catalogue at a moment, for telling somebody whose form has become stale.
--
--   SELECT trf_lastChange('tariffID', 20, now() - interval '1 minute');
--
CREATE OR REPLACE FUNCTION trf_lastChange(thing text, id bigint, changedAt timestamptz)
RETURNS jsonb
LANGUAGE sql
STABLE
AS $$
    SELECT jsonb_build_object('changedAt', changedAt, 'changedBy', coalesce(as_users.name, as_audit.username))
    FROM as_audit
    LEFT JOIN as_users ON as_users.username = as_audit.actor
    -- The audit row is written right after the change, in the same transaction.
    WHERE
        as_audit.createdAt >= trf_lastChange.changedAt
        AND as_audit.details ->> trf_lastChange.thing = trf_lastChange.id::text
    ORDER BY as_audit.createdAt
    LIMIT 1
$$;

COMMENT ON FUNCTION trf_lastChange IS
'{changedAt, changedBy} of the change that set updatedAt, found in the audit by the id in its details.';
