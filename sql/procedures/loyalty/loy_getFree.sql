-- What is left of a lot that no till has set aside.
--
--   SELECT loy_getFree('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_getFree(username text, lotID bigint)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT
            greatest(0, loy_lots.remaining - coalesce(
                (
                    SELECT sum(loy_holdLots.amount)
                    FROM loy_holds
                    INNER JOIN loy_holdLots ON loy_holdLots.username = loy_holds.username AND loy_holdLots.holdID = loy_holds.holdID
                    WHERE
                        loy_holds.username = loy_getFree.username
                        AND loy_holds.expiresAt > as_now()
                        AND loy_holdLots.lotID = loy_getFree.lotID
                ),
                0
            ))
        FROM loy_lots
        WHERE loy_lots.username = loy_getFree.username AND loy_lots.lotID = loy_getFree.lotID
    );
END;
$$;

COMMENT ON FUNCTION loy_getFree IS
'remaining less what open holds that have not expired set aside, whether the lot is valid yet or no more. Null where there is no
such lot.';
