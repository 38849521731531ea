-- Give up every message that waits and was written before a moment: after a restore, or a bulk load.
--
--   SELECT * FROM job_cancelMessages(now() - interval '1 day');
--
CREATE OR REPLACE FUNCTION job_cancelMessages(
    writtenBefore timestamptz,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('writtenBefore', writtenBefore);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    cancelled bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM
    FROM as_users
    WHERE as_users.username = coalesce(actor, session_user)
    FOR NO KEY UPDATE;

    earlier := as_replay(coalesce(actor, session_user), 'job_cancelMessages', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF writtenBefore IS NULL OR writtenBefore > moment THEN
        RETURN refuse(
            'invalid_value', 'Name a moment that has passed.', jsonb_build_object('field', 'writtenBefore')
        );
    END IF;

    UPDATE job_outbox
    SET
        state = 'cancelled',
        finishedAt = moment,
        error = 'Given up together with all that waited.'
    WHERE job_outbox.state = 'new' AND job_outbox.createdAt < writtenBefore;
    GET DIAGNOSTICS cancelled = ROW_COUNT;

    RETURN as_record(
        coalesce(actor, session_user), 'job_cancelMessages', asked, request, actor,
        done('messages_cancelled', format('%s messages are given up.', cancelled), jsonb_build_object('messages', cancelled))
    );
END;
$$;

COMMENT ON FUNCTION job_cancelMessages IS
'Loader: gives up all messages that wait for being sent and were written before the moment. A database restored from a
backup would else send again what was sent after it was made.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused, invalid_value.';

GRANT EXECUTE ON FUNCTION job_cancelMessages TO portal_web, portal_dba;
