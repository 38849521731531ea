-- Take one's own top-up request back.
--
--   SELECT * FROM fin_cancelRequest('alice', 17);
--
CREATE OR REPLACE FUNCTION fin_cancelRequest(
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
    WHERE as_users.username = fin_cancelRequest.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_cancelRequest', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    -- What managers prepare is not the person's to see or cancel.
    SELECT * INTO movement
    FROM fin_finances
    WHERE
        fin_finances.username = fin_cancelRequest.username
        AND fin_finances.id = financeID
        AND fin_finances.details ->> 'kind' = 'request';

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no request %s.', username, financeID));
    END IF;
    refusal := fin_checkOpen(movement);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM fin_close(movement, 4, actor);

    RETURN as_record(
        username, 'fin_cancelRequest', asked, request, actor,
        done(
            'request_cancelled',
            format('The top-up of %s %s is cancelled.', movement.amount, movement.currency),
            jsonb_build_object(
                'financeID', financeID, 'amount', movement.amount::text, 'currency', movement.currency
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_cancelRequest IS
'Cancels the person''s own top-up request that nobody has decided yet.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_movement, already_posted, already_cancelled, not_waiting.';

GRANT EXECUTE ON FUNCTION fin_cancelRequest TO portal_web, portal_dba;
