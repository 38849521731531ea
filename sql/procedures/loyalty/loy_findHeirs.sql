-- A lot, and those that came of it when accounts were merged, or when goods came back after that.
--
--   SELECT owner, heirID FROM loy_findHeirs('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_findHeirs(username text, lotID bigint)
RETURNS TABLE (owner text, heirID bigint)
LANGUAGE sql
STABLE
AS $$
    WITH RECURSIVE owners (username) AS (
        SELECT loy_findHeirs.username
        UNION
        SELECT loy_accounts.mergedInto
        FROM owners
        INNER JOIN loy_accounts ON loy_accounts.username = owners.username
        WHERE loy_accounts.mergedInto IS NOT NULL
    ),

    heirs (username, lotID) AS (
        SELECT loy_findHeirs.username, loy_findHeirs.lotID
        UNION ALL
        SELECT loy_lots.username, loy_lots.lotID
        FROM heirs
        CROSS JOIN owners
        INNER JOIN loy_lots
            ON
                loy_lots.username = owners.username
                AND loy_lots.mergedFrom = heirs.username
                AND loy_lots.mergedLotID = heirs.lotID
    )

    SELECT heirs.username, heirs.lotID
    FROM heirs
$$;

COMMENT ON FUNCTION loy_findHeirs IS
'Through however many accounts: each of its owners may have some of it. What was left of a lot when it was merged lies in its heirs.';
