-- The lots of an account that came of another one's lot when accounts were merged, or the lot itself.
--
--   SELECT loy_findHeirs('alice', 17, 'bob');
--
CREATE OR REPLACE FUNCTION loy_findHeirs(username text, lotID bigint, owner text)
RETURNS bigint[]
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    chain text[] := ARRAY[username];
    next text := username;
BEGIN
    IF username = owner THEN
        RETURN ARRAY[lotID];
    END IF;

    WHILE next <> owner LOOP
        SELECT loy_accounts.mergedInto INTO STRICT next FROM loy_accounts WHERE loy_accounts.username = next;
        chain := chain || next;
    END LOOP;

    RETURN ARRAY(
        WITH RECURSIVE heirs (username, lotID) AS (
            SELECT loy_findHeirs.username, loy_findHeirs.lotID
            UNION
            SELECT loy_lots.username, loy_lots.lotID
            FROM heirs
            INNER JOIN loy_lots
                ON
                    loy_lots.username = ANY (chain)
                    AND loy_lots.mergedFrom = heirs.username
                    AND loy_lots.mergedLotID = heirs.lotID
        )

        SELECT heirs.lotID FROM heirs WHERE heirs.username = owner ORDER BY heirs.lotID
    );
END;
$$;

COMMENT ON FUNCTION loy_findHeirs IS
'owner: the account that username was merged into, through however many others, or the same. Empty where nothing was left of the
lot when it was merged.';
