-- Write a movement that moves no money yet: asked for, or held.
--
--   SELECT * FROM fin_open(account, 50.00, 'source:bank', 1, 'Top-up', 'key-1', 'alice', '{"kind": "request"}');
--
CREATE OR REPLACE FUNCTION fin_open(
    account fin_accounts,
    amount numeric,
    counterparty text,
    statusID bigint,
    purpose text,
    requestKey text,
    actor text,
    details jsonb
)
RETURNS fin_finances
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    movement fin_finances;
    moment timestamptz := as_now();
BEGIN
    -- Only a hold is set aside: a request that waits takes nothing from what is available.
    IF statusID = 2 THEN
        UPDATE fin_accounts
        SET held = fin_accounts.held - fin_open.amount
        WHERE fin_accounts.username = account.username;
    END IF;

    INSERT INTO fin_finances (
        username, amount, currency, counterparty, statusID, purpose, requestKey, actor, details, createdAt
    )
    VALUES (
        account.username, amount, account.currency, counterparty, statusID, purpose, requestKey, actor, details,
        moment
    )
    RETURNING * INTO movement;

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (account.username, movement.id, statusID, actor, moment);

    RETURN movement;
END;
$$;

COMMENT ON FUNCTION fin_open IS
'Writes a movement with status created (1) or held (2) and returns it; a hold counts in the account''s held. amount is signed
as the person sees it; details.kind is request (the person asks), posting (a manager asks a second one) or hold. The caller
holds the person''s row lock and has judged amount and balance.';
