-- Move a posted movement back by its exact mirror.
--
--   SELECT * FROM fin_reversePosted('alice', 17, 'key-1', 'mona', 'Entered twice');
--
CREATE OR REPLACE FUNCTION fin_reversePosted(
    username text,
    financeID bigint,
    requestKey text,
    actor text,
    note text
)
RETURNS fin_finances
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    movement fin_finances;
    mirror fin_finances;
BEGIN
    SELECT * INTO STRICT movement
    FROM fin_finances
    WHERE fin_finances.username = fin_reversePosted.username AND fin_finances.id = financeID;

    mirror := fin_post(
        username, -movement.amount, movement.counterparty, note, requestKey, actor,
        jsonb_build_object('reverses', financeID, 'purpose', movement.purpose), financeID
    );

    UPDATE fin_finances
    SET statusID = 5
    WHERE fin_finances.username = fin_reversePosted.username AND fin_finances.id = financeID;

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (username, financeID, 5, actor, mirror.createdAt);

    RETURN mirror;
END;
$$;

COMMENT ON FUNCTION fin_reversePosted IS
'Posts the mirror of a posted movement, marks the movement reversed, and returns the mirror. The caller holds the person''s
row lock and has judged that it may be reversed and that the balance covers it.';
