-- Whether a personal discount is of the same kind as one that counts already.
--
--   SELECT cpn_isSamePersonalKind(8, '{7}');
--
CREATE OR REPLACE FUNCTION cpn_isSamePersonalKind(id bigint, counted text[])
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM cpn_personalDiscounts AS asked
        INNER JOIN cpn_personalDiscounts AS other
            ON
                (asked.categoryID, asked.tariffIDs, asked.periods)
                IS NOT DISTINCT FROM (other.categoryID, other.tariffIDs, other.periods)
        WHERE asked.id = cpn_isSamePersonalKind.id AND other.id = ANY(counted::bigint[])
    );
END;
$$;

COMMENT ON FUNCTION cpn_isSamePersonalKind IS
'Two personal discounts add up only where category, tariffs or periods differ.';
