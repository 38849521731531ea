-- Whether something was paid with the bonuses of a lot, also after they went over to another account.
--
--   SELECT ntf_isUsed('alice', 42);
--
CREATE OR REPLACE FUNCTION ntf_isUsed(username text, lotID bigint)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    WITH RECURSIVE owners (username) AS (
        SELECT ntf_isUsed.username
        UNION
        SELECT loy_accounts.mergedInto
        FROM owners
        INNER JOIN loy_accounts ON loy_accounts.username = owners.username
        WHERE loy_accounts.mergedInto IS NOT NULL
    ),

    heirs AS (
        SELECT loy_lots.username, loy_lots.lotID, loy_lots.remaining
        FROM loy_lots
        WHERE loy_lots.username = ntf_isUsed.username AND loy_lots.lotID = ntf_isUsed.lotID
        UNION ALL
        SELECT loy_lots.username, loy_lots.lotID, loy_lots.remaining
        FROM heirs
        CROSS JOIN owners
        INNER JOIN loy_lots
            ON
                loy_lots.username = owners.username
                AND loy_lots.mergedFrom = heirs.username
                AND loy_lots.mergedLotID = heirs.lotID
    )

    SELECT coalesce(bool_or(loy_lots.amount > (SELECT sum(heirs.remaining) FROM heirs)), false)
    FROM loy_lots
    WHERE loy_lots.username = ntf_isUsed.username AND loy_lots.lotID = ntf_isUsed.lotID
$$;

COMMENT ON FUNCTION ntf_isUsed IS
'What a merge of accounts has moved is not used by that: what is left of it is counted wherever it is. False where there is no lot.';
