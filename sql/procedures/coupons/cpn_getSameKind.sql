-- Which of the coupons that count already is of the same kind as this one; null when none is.
--
--   SELECT cpn_getSameKind('summer-2026', '{autumn-2026}');
--
CREATE OR REPLACE FUNCTION cpn_getSameKind(code text, counted text[])
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT other.written
        FROM cpn_coupons AS asked
        INNER JOIN cpn_coupons AS other
            ON
                (asked.useType, asked.categoryID, asked.tariffIDs, asked.periods)
                IS NOT DISTINCT FROM (other.useType, other.categoryID, other.tariffIDs, other.periods)
        WHERE asked.code = cpn_getSameKind.code AND other.code = ANY(counted)
        LIMIT 1
    );
END;
$$;

COMMENT ON FUNCTION cpn_getSameKind IS
'Two coupons of one purchase add up only where single or multiple use, category, tariffs or periods differ. Both codes are
given as they are kept.';
