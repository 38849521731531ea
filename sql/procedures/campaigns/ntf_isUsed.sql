-- Whether something was paid with the bonuses of a lot, also after they went over to another account.
--
--   SELECT ntf_isUsed('alice', 42);
--
CREATE OR REPLACE FUNCTION ntf_isUsed(username text, lotID bigint)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    owner text := username;
    number bigint := lotID;
    lot record;
BEGIN
    WHILE number IS NOT NULL LOOP
        SELECT loy_lots.amount, loy_lots.remaining, heir.username AS heir, heir.lotID AS heirID, heir.amount AS moved INTO lot
        FROM loy_lots
        INNER JOIN loy_accounts ON loy_accounts.username = loy_lots.username
        LEFT JOIN loy_lots AS heir
            ON
                heir.username = loy_accounts.mergedInto
                AND heir.mergedFrom = loy_lots.username
                AND heir.mergedLotID = loy_lots.lotID
        WHERE loy_lots.username = owner AND loy_lots.lotID = number;
        IF lot.remaining + coalesce(lot.moved, 0) < lot.amount THEN
            RETURN true;
        END IF;
        owner := lot.heir;
        number := lot.heirID;
    END LOOP;

    RETURN false;
END;
$$;

COMMENT ON FUNCTION ntf_isUsed IS
'What a merge of accounts has moved is not used by that; it is looked for where it is. False where there is no lot.';
