-- Set money of a person aside for something that will be paid later.
--
--   SELECT * FROM fin_hold('alice', 123.00, 'Deposit for a router');
--
CREATE OR REPLACE FUNCTION fin_hold(
    username text,
    amount numeric,
    purpose text,
    counterparty text DEFAULT 'income:service',
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'amount', trim_scale(amount)::text, 'purpose', purpose, 'counterparty', counterparty
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    account fin_accounts;
    movement fin_finances;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_hold.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_hold', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := fin_checkPosting(amount, purpose, counterparty, ARRAY['income']);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_hold.username;
    refusal := fin_checkAvailable(account, amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    movement := fin_open(
        account, -amount, counterparty, 2, purpose, request, actor,
        jsonb_build_object('kind', 'hold', 'askedBy', actor)
    );

    RETURN as_record(
        username, 'fin_hold', asked, request, actor,
        done(
            'held',
            format('%s %s are set aside.', -movement.amount, movement.currency),
            jsonb_build_object(
                'financeID', movement.id, 'amount', (-movement.amount)::text,
                'available', (account.balance - account.held + movement.amount)::text,
                'currency', movement.currency
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_hold IS
'Sets an amount aside: it stays in the balance, but nothing else can spend it until fin_capture pays with it or
fin_void lets it go.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise,
purpose_missing, purpose_too_long, no_such_counterparty, wrong_counterparty, insufficient_balance.';

GRANT EXECUTE ON FUNCTION fin_hold TO portal_web, portal_dba;
