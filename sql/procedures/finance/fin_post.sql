-- Move money: change the balance and write the movement, as one.
--
--   SELECT * FROM fin_post('alice', -19.00, 'income:tariff', 'Fast, 1 month', 'key-1', 'alice');
--
CREATE OR REPLACE FUNCTION fin_post(
    username text,
    amount numeric,
    counterparty text,
    purpose text,
    requestKey text,
    actor text,
    details jsonb DEFAULT '{}',
    reversesID bigint DEFAULT NULL,
    capturesID bigint DEFAULT NULL
)
RETURNS fin_finances
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    account fin_accounts;
    movement fin_finances;
    moment timestamptz := as_now();
BEGIN
    UPDATE fin_accounts
    SET
        balance = fin_accounts.balance + fin_post.amount,
        version = fin_accounts.version + 1
    WHERE fin_accounts.username = fin_post.username
    RETURNING * INTO STRICT account;

    INSERT INTO fin_finances (
        username, amount, currency, counterparty, statusID, version, balanceAfter, purpose, requestKey,
        reversesID, capturesID, actor, details, createdAt, postedAt
    )
    VALUES (
        username, amount, account.currency, counterparty, 3, account.version, account.balance, purpose, requestKey,
        reversesID, capturesID, actor, details, moment, moment
    )
    RETURNING * INTO movement;

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (username, movement.id, 3, actor, moment);

    RETURN movement;
END;
$$;

COMMENT ON FUNCTION fin_post IS
'Moves amount (signed, as the person sees it) and returns the posted movement. The caller holds the person''s row lock and
has judged amount and balance; a balance that would not cover what is held raises.';
