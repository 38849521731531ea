-- Write down a club account in the lowest tier, and lock it.
--
--   SELECT * FROM loy_makeAccount('alice', true);
--
CREATE OR REPLACE FUNCTION loy_makeAccount(username text, isPerson boolean)
RETURNS loy_accounts
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    account loy_accounts;
    lowest text;
BEGIN
    SELECT loy_tiers.code INTO STRICT lowest FROM loy_tiers ORDER BY loy_tiers.rank LIMIT 1;

    INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)
    VALUES (username, isPerson, lowest, moment, false, '', moment)
    ON CONFLICT ON CONSTRAINT loy_accounts_pkey DO NOTHING;

    IF FOUND AND isPerson THEN
        INSERT INTO loy_tierLog (username, tier, purchases, reason, createdAt)
        VALUES (username, lowest, 0, 'joined', moment);
    END IF;

    -- Somebody else may have made it at this moment.
    SELECT * INTO STRICT account
    FROM loy_accounts
    WHERE loy_accounts.username = loy_makeAccount.username
    FOR NO KEY UPDATE;

    RETURN account;
END;
$$;

COMMENT ON FUNCTION loy_makeAccount IS
'A row of loy_accounts in the lowest tier, and of a person the first row of the tier''s history; the one that is there already
where two make it at once. It is locked.';
