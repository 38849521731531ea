-- Turn down what a person, or another manager, asked for, and say why.
--
--   SELECT * FROM fin_reject('alice', 17, 'The transfer never arrived.');
--
CREATE OR REPLACE FUNCTION fin_reject(
    username text,
    financeID bigint,
    note text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('financeID', financeID, 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    movement fin_finances;
    figures jsonb;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_reject.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_reject', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO movement
    FROM fin_finances
    WHERE fin_finances.username = fin_reject.username AND fin_finances.id = financeID;

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no movement %s.', username, financeID));
    END IF;
    refusal := fin_checkOpen(movement);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := fin_checkNote(note);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM fin_close(movement, 4, actor);
    figures := jsonb_build_object(
        'financeID', financeID, 'amount', movement.amount::text, 'currency', movement.currency, 'note', note
    );
    -- A posting that a manager asked for was never announced, so there is nothing to take back.
    IF movement.details ->> 'kind' = 'request' THEN
        PERFORM job_queueMessage(username, 'top_up_rejected', 'top_up_rejected:' || financeID, figures);
    END IF;

    RETURN as_record(
        username, 'fin_reject', asked, request, actor,
        done('rejected', format('%s %s are turned down.', movement.amount, movement.currency), figures)
    );
END;
$$;

COMMENT ON FUNCTION fin_reject IS
'Cancels a created movement with a note; the person who asked for a top-up is told by e-mail. A manager may turn down
his own posting, nobody his own request.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_movement, already_posted, already_cancelled, not_waiting, note_missing, note_too_long.';

GRANT EXECUTE ON FUNCTION fin_reject TO portal_web, portal_dba;
