-- The set of promotions in force at a moment.
--
--   SELECT loy_getSetAt(now());
--
CREATE OR REPLACE FUNCTION loy_getSetAt(at timestamptz)
RETURNS bigint
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT known.version
        FROM loy_promotionSets AS known
        WHERE known.publishedAt <= loy_getSetAt.at
        ORDER BY known.version DESC
        LIMIT 1
    );
END;
$$;

COMMENT ON FUNCTION loy_getSetAt IS
'The greatest version that was published by then; null before the first one.';
