-- The fields in which a person differs from what Pohoda was told, as they are to be sent.
--
--   SELECT ctr_getChanges('alice', '{"name": "Alice"}', '{"name": "Alica"}');
--
CREATE OR REPLACE FUNCTION ctr_getChanges(username text, ours jsonb, base jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(ctr_fields.code, ours -> ctr_fields.code), '{}')
        FROM ctr_fields
        WHERE
            ctr_fields.direction IN ('both', 'out')
            AND ours ->> ctr_fields.code <> coalesce(base ->> ctr_fields.code, '')
            AND NOT EXISTS (
                SELECT
                FROM ctr_conflicts
                WHERE
                    ctr_conflicts.username = ctr_getChanges.username
                    AND ctr_conflicts.field = ctr_fields.code
                    AND ctr_conflicts.decision IS NULL
            )
    );
END;
$$;

COMMENT ON FUNCTION ctr_getChanges IS
'An object of the fields that go out, differ from the base and are in no open conflict; empty when there is nothing to send.';
