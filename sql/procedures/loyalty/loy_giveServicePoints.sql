-- Give the service points of a tier for this year, or what was taken back of them.
--
--   SELECT loy_giveServicePoints(account, tier, 'job', NULL) FROM loy_accounts AS account, loy_tiers AS tier WHERE code = 'gold';
--
CREATE OR REPLACE FUNCTION loy_giveServicePoints(account loy_accounts, tier loy_tiers, requestKey text, actor text)
RETURNS numeric
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    thisYear integer := extract(YEAR FROM as_today())::integer;
    given numeric := 0::numeric;
    missing numeric;
BEGIN
    IF account.serviceYear = thisYear THEN
        SELECT coalesce(sum(move.amount), 0) INTO given
        FROM loy_moves AS move
        INNER JOIN loy_lots AS lot ON move.username = lot.username AND move.lotID = lot.lotID
        WHERE
            lot.username = account.username
            AND lot.promotion = 'tier:' || thisYear
            AND move.kind IN ('earn', 'takeBack', 'merge');
    END IF;
    missing := tier.servicePoints - given;
    IF missing <= 0 THEN
        RETURN 0::numeric;
    END IF;

    PERFORM loy_addLot(
        account.username, 'service', missing,
        promotion => 'tier:' || thisYear, note => tier.code, requestKey => requestKey, actor => actor
    );
    UPDATE loy_accounts SET serviceYear = thisYear WHERE loy_accounts.username = account.username;

    RETURN missing;
END;
$$;

COMMENT ON FUNCTION loy_giveServicePoints IS
'Called under the lock of the account. Whatever tiers it passes in a year, it gets no more than the highest of them gives.
Answers how many.';
