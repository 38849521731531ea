-- Take money from a person's account.
--
--   SELECT * FROM fin_charge('alice', 12.50, 'Installation');
--
CREATE OR REPLACE FUNCTION fin_charge(
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
    WHERE as_users.username = fin_charge.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_charge', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := fin_checkPosting(amount, purpose, counterparty, ARRAY['income', 'expense']);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_charge.username;
    refusal := fin_checkAvailable(account, amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    IF fin_needsSecondPerson(actor, amount) THEN
        movement := fin_open(
            account, -amount, counterparty, 1, purpose, request, actor,
            jsonb_build_object('kind', 'posting', 'askedBy', actor)
        );
        RETURN as_record(
            username, 'fin_charge', asked, request, actor,
            done(
                'awaits_approval',
                format('%s %s waits for another manager.', movement.amount, account.currency),
                jsonb_build_object(
                    'financeID', movement.id, 'amount', movement.amount::text, 'currency', account.currency
                )
            )
        );
    END IF;

    movement := fin_post(username, -amount, counterparty, purpose, request, actor);

    RETURN as_record(
        username, 'fin_charge', asked, request, actor,
        done(
            'charged',
            format('%s paid %s %s; the balance is %s %s.',
                username, -movement.amount, movement.currency, movement.balanceAfter, movement.currency),
            fin_getFigures(movement)
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_charge IS
'Take money from a person''s account. By a manager, with a reason; above the setting secondPersonAbove it waits for
another manager (the answer awaits_approval) and fin_approve posts it.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise,
purpose_missing, purpose_too_long, no_such_counterparty, wrong_counterparty, insufficient_balance.';

GRANT EXECUTE ON FUNCTION fin_charge TO portal_web, portal_dba;
