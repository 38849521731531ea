-- Post a movement that was asked for: the same row gets its place in the ledger.
--
--   SELECT * FROM fin_postOpen('alice', 17, 'mona');
--
CREATE OR REPLACE FUNCTION fin_postOpen(username text, financeID bigint, actor text)
RETURNS fin_finances
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    account fin_accounts;
    movement fin_finances;
    moment timestamptz := as_now();
BEGIN
    SELECT * INTO STRICT movement
    FROM fin_finances
    WHERE fin_finances.username = fin_postOpen.username AND fin_finances.id = financeID;

    UPDATE fin_accounts
    SET
        balance = fin_accounts.balance + movement.amount,
        version = fin_accounts.version + 1
    WHERE fin_accounts.username = fin_postOpen.username
    RETURNING * INTO STRICT account;

    UPDATE fin_finances
    SET
        statusID = 3,
        version = account.version,
        balanceAfter = account.balance,
        postedAt = moment
    WHERE fin_finances.username = fin_postOpen.username AND fin_finances.id = financeID
    RETURNING * INTO movement;

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (username, financeID, 3, actor, moment);

    RETURN movement;
END;
$$;

COMMENT ON FUNCTION fin_postOpen IS
'Moves the money of a created movement: sets its version, balanceAfter and postedAt, and returns it. The caller holds the
person''s row lock and has judged the movement and the balance.';
