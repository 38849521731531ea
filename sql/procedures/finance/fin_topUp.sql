-- Put money on a person's account.
--
--   SELECT * FROM fin_topUp('alice', 50.00, 'Cash at the desk');
--
CREATE OR REPLACE FUNCTION fin_topUp(
    username text,
    amount numeric,
    purpose text,
    counterparty text DEFAULT 'source:cash',
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
    -- The account alone: money that comes cannot contradict what anybody else has judged under the person's lock.
    SELECT * INTO account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_topUp.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_topUp', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := fin_checkPosting(amount, purpose, counterparty, ARRAY['source', 'expense']);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := fin_checkRoom(account, amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    IF fin_needsSecondPerson(actor, amount) THEN
        movement := fin_open(
            account, amount, counterparty, 1, purpose, request, actor,
            jsonb_build_object('kind', 'posting', 'askedBy', actor)
        );
        RETURN as_record(
            username, 'fin_topUp', asked, request, actor,
            done(
                'awaits_approval',
                format('%s %s waits for another manager.', movement.amount, account.currency),
                jsonb_build_object(
                    'financeID', movement.id, 'amount', movement.amount::text, 'currency', account.currency
                )
            )
        );
    END IF;

    movement := fin_post(username, amount, counterparty, purpose, request, actor);

    RETURN as_record(
        username, 'fin_topUp', asked, request, actor,
        done(
            'topped_up',
            format('%s has %s %s more; the balance is %s %s.',
                username, movement.amount, movement.currency, movement.balanceAfter, movement.currency),
            fin_getFigures(movement)
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_topUp IS
'Put money on a person''s account. By a manager, with a reason; above the setting secondPersonAbove it waits for
another manager (the answer awaits_approval) and fin_approve posts it. Nobody is told by e-mail: the person stands at the desk.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise,
purpose_missing, purpose_too_long, no_such_counterparty, wrong_counterparty, balance_too_large.';

GRANT EXECUTE ON FUNCTION fin_topUp TO portal_web, portal_dba;
