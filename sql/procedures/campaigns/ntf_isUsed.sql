-- Whether something was paid with the bonuses of a lot, also after they went over to another account.
--
--   SELECT ntf_isUsed('alice', 42);
--
CREATE OR REPLACE FUNCTION ntf_isUsed(username text, lotID bigint)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    SELECT coalesce(
        sum(loy_lots.remaining) < min(loy_lots.amount) FILTER (
            WHERE loy_lots.username = ntf_isUsed.username AND loy_lots.lotID = ntf_isUsed.lotID
        ),
        false
    )
    FROM loy_findHeirs(ntf_isUsed.username, ntf_isUsed.lotID) AS heir
    INNER JOIN loy_lots ON loy_lots.username = heir.owner AND loy_lots.lotID = heir.heirID
$$;

COMMENT ON FUNCTION ntf_isUsed IS
'What a merge of accounts has moved is not used by that: what is left of it is counted wherever it is. False where there is no lot.';
