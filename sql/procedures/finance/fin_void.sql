-- Let go of money that was held.
--
--   SELECT * FROM fin_void('alice', 17);
--
CREATE OR REPLACE FUNCTION fin_void(
    username text,
    financeID bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('financeID', financeID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    movement fin_finances;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_void.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_void', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO movement
    FROM fin_finances
    WHERE fin_finances.username = fin_void.username AND fin_finances.id = financeID;

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no movement %s.', username, financeID));
    END IF;
    refusal := fin_checkHeld(movement);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM fin_close(movement, 4, actor);

    RETURN as_record(
        username, 'fin_void', asked, request, actor,
        done(
            'voided',
            format('%s %s are available again.', -movement.amount, movement.currency),
            jsonb_build_object(
                'financeID', financeID, 'amount', (-movement.amount)::text, 'currency', movement.currency
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_void IS
'Cancels a hold: the whole amount becomes available again.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_movement, not_held, already_captured, already_voided.';

GRANT EXECUTE ON FUNCTION fin_void TO portal_web, portal_dba;
