-- Take a movement that has moved no money to another status: give up, let go of a hold, or mark it captured.
--
--   SELECT fin_close(movement, 4, 'mona');
--
CREATE OR REPLACE FUNCTION fin_close(movement fin_finances, statusID bigint, actor text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF movement.statusID = 2 THEN
        UPDATE fin_accounts
        SET held = fin_accounts.held + movement.amount
        WHERE fin_accounts.username = movement.username;
    END IF;

    UPDATE fin_finances
    SET statusID = fin_close.statusID
    WHERE fin_finances.username = movement.username AND fin_finances.id = movement.id;

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (movement.username, movement.id, statusID, actor, as_now());
END;
$$;

COMMENT ON FUNCTION fin_close IS
'Sets the status of a created or held movement to cancelled (4) or captured (6), logs it, and releases what was held. The
caller holds the person''s row lock and has judged the movement.';
