-- Take back what is left of this year's service points of a tier that was reached by goods that came back.
--
--   SELECT loy_takeServicePoints(account, 'receipt 17', NULL) FROM loy_accounts AS account WHERE username = 'alice';
--
CREATE OR REPLACE FUNCTION loy_takeServicePoints(account loy_accounts, requestKey text, actor text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    lot record;
BEGIN
    FOR lot IN
        SELECT valid.lotID, valid.available
        FROM loy_validLots(account.username, moment) AS valid
        INNER JOIN loy_lots AS given ON valid.lotID = given.lotID AND given.username = account.username
        WHERE given.promotion = 'tier:' || account.serviceYear AND valid.available > 0
    LOOP
        PERFORM loy_takeFromLot(account.username, lot.lotID, lot.available, 'takeBack', NULL, NULL, requestKey, actor);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_takeServicePoints IS
'Called under the lock of the account. What an open hold has set aside stays. Reaching the tier again gives them back.';
