-- The set of promotions that is to be tried: the given one, else the open draft, else what is in force.
--
--   SELECT loy_triedSet(NULL);
--
CREATE OR REPLACE FUNCTION loy_triedSet(setVersion bigint)
RETURNS bigint
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT loy_promotionSets.version
        FROM loy_promotionSets
        WHERE
            CASE
                WHEN loy_triedSet.setVersion IS NOT NULL THEN loy_promotionSets.version = loy_triedSet.setVersion
                ELSE loy_promotionSets.publishedAt IS NULL OR loy_promotionSets.version = loy_getSetAt(as_now())
            END
        ORDER BY loy_promotionSets.publishedAt DESC NULLS FIRST
        LIMIT 1
    );
END;
$$;

COMMENT ON FUNCTION loy_triedSet IS 'Null where there is no such set, or none at all.';
