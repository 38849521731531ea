-- Ask to top up one's own account: a manager approves it when the money is there.
--
--   SELECT * FROM fin_requestTopUp('alice', 50.00);
--
CREATE OR REPLACE FUNCTION fin_requestTopUp(
    username text,
    amount numeric,
    counterparty text DEFAULT 'source:bank',
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('amount', trim_scale(amount)::text, 'counterparty', counterparty);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    minimum numeric := as_getSetting('topUpMinimum')::numeric;
    maximum numeric := as_getSetting('topUpMaximum')::numeric;
    most CONSTANT integer := 20;
    account fin_accounts;
    movement fin_finances;
    waiting bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_requestTopUp.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_requestTopUp', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := fin_checkAmount(amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := fin_checkCounterparty(counterparty, ARRAY['source']);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_requestTopUp.username;
    IF amount < minimum THEN
        RETURN refuse(
            'below_minimum', format('The smallest top-up is %s %s.', minimum, account.currency),
            jsonb_build_object('field', 'amount', 'minimum', minimum::text, 'currency', account.currency)
        );
    END IF;
    IF amount > maximum THEN
        RETURN refuse(
            'above_maximum', format('The largest top-up is %s %s.', maximum, account.currency),
            jsonb_build_object('field', 'amount', 'maximum', maximum::text, 'currency', account.currency)
        );
    END IF;
    refusal := fin_checkRoom(account, amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT count(*) INTO waiting
    FROM fin_finances
    WHERE
        fin_finances.username = fin_requestTopUp.username
        AND fin_finances.statusID = 1
        AND fin_finances.details ->> 'kind' = 'request';

    IF waiting >= most THEN
        RETURN refuse(
            'too_many_requests', format('%s requests are waiting already. Cancel one first.', waiting),
            jsonb_build_object('maximum', most)
        );
    END IF;

    movement := fin_open(
        account, amount, counterparty, 1, 'Top-up', request, actor,
        jsonb_build_object('kind', 'request', 'askedBy', actor)
    );

    RETURN as_record(
        username, 'fin_requestTopUp', asked, request, actor,
        done(
            'top_up_requested',
            format('A top-up of %s %s is asked for; it counts once the money has come.', movement.amount, account.currency),
            jsonb_build_object(
                'financeID', movement.id, 'amount', movement.amount::text, 'currency', account.currency,
                'reference', username || ':' || movement.id
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_requestTopUp IS
'Ask to top up one''s own account: nothing moves until a manager approves it (fin_approve), or a payment that names
details.reference comes in (fin_receivePayment). At most 20 wait at a time.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise, no_such_counterparty,
wrong_counterparty, below_minimum, above_maximum, balance_too_large, too_many_requests.';

GRANT EXECUTE ON FUNCTION fin_requestTopUp TO portal_web, portal_dba;
