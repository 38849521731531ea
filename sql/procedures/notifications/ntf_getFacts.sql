-- What is true at this moment of what a message tells of.
--
--   SELECT ntf_getFacts('alice', 'tariff_deadline', '{"tariffID": 2}');
--
CREATE OR REPLACE FUNCTION ntf_getFacts(username text, kind text, details jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        (
            SELECT jsonb_build_object('tariff', as_trf_tariffs.name)
            FROM as_trf_tariffs
            WHERE as_trf_tariffs.id = (details ->> 'tariffID')::bigint
        ),
        '{}'
    );
END;
$$;

COMMENT ON FUNCTION ntf_getFacts IS
'Asked when a message is rendered, so that what it says is true then: the tariff by the name that it has now.';
