-- Pay with money that was held; what is not needed becomes available again.
--
--   SELECT * FROM fin_capture('alice', 17, 100.00);
--
CREATE OR REPLACE FUNCTION fin_capture(
    username text,
    financeID bigint,
    amount numeric DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('financeID', financeID, 'amount', trim_scale(amount)::text);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    hold fin_finances;
    movement fin_finances;
    paid numeric;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_capture.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_capture', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO hold
    FROM fin_finances
    WHERE fin_finances.username = fin_capture.username AND fin_finances.id = financeID;

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no movement %s.', username, financeID));
    END IF;
    refusal := fin_checkHeld(hold);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    paid := coalesce(amount, -hold.amount);
    refusal := fin_checkAmount(paid);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF paid > -hold.amount THEN
        RETURN refuse(
            'more_than_held', format('Only %s %s are held.', -hold.amount, hold.currency),
            jsonb_build_object('field', 'amount', 'held', (-hold.amount)::text, 'currency', hold.currency)
        );
    END IF;
    -- A hold moves no money, so the second person comes in here.
    IF fin_needsSecondPerson(actor, paid) AND hold.actor = actor THEN
        RETURN refuse('same_person', 'Who held so much does not capture it. Another manager does.');
    END IF;

    PERFORM fin_close(hold, 6, actor);
    movement := fin_post(
        username, -paid, hold.counterparty, hold.purpose, request, actor,
        jsonb_build_object('held', (-hold.amount)::text, 'released', round(-hold.amount - paid, 2)::text),
        NULL, financeID
    );

    RETURN as_record(
        username, 'fin_capture', asked, request, actor,
        done(
            'captured',
            format('%s %s are paid, %s %s released.',
                -movement.amount, movement.currency, round(-hold.amount - paid, 2), movement.currency),
            fin_getFigures(movement) || movement.details
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_capture IS
'Pays with held money, all of it or less, by a posting of its own; the rest of the hold is released. Above the setting
secondPersonAbove not by the manager who held it.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_movement, not_held, already_captured, already_voided, amount_missing, amount_not_a_number,
amount_not_positive, amount_too_large, amount_too_precise, more_than_held, same_person.';

GRANT EXECUTE ON FUNCTION fin_capture TO portal_web, portal_dba;
