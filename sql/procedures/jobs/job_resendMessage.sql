-- Send a message that failed, was cancelled, waits for its next attempt, or of which nobody knows.
--
--   SELECT * FROM job_resendMessage('alice', 42);
--
CREATE OR REPLACE FUNCTION job_resendMessage(
    username text,
    id bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('username', username, 'id', id);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    -- A message to somebody who is not registered yet is nobody's account.
    concerns text := coalesce(nullif(username, ''), actor, session_user);
    message job_outbox;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = concerns
    FOR NO KEY UPDATE;

    SELECT * INTO message
    FROM job_outbox
    WHERE job_outbox.username = job_resendMessage.username AND job_outbox.id = job_resendMessage.id
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_message', format('There is no message %s of %s.', id, quote_literal(username)));
    END IF;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(concerns, 'job_resendMessage', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF message.state = 'sent' THEN
        RETURN refuse('already_sent', format('Message %s was sent already.', id));
    END IF;
    IF message.state = 'sending' THEN
        RETURN refuse('being_sent', format('Message %s is being sent at this moment.', id));
    END IF;

    UPDATE job_outbox
    SET
        state = 'new',
        attempts = 0,
        notBefore = moment,
        worker = NULL,
        handedOverAt = NULL,
        finishedAt = NULL
    WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

    RETURN as_record(
        concerns, 'job_resendMessage', asked, request, actor,
        done(
            'message_queued',
            format('Message %s is sent as soon as a worker is free.', id),
            jsonb_build_object('id', id, 'before', message.state)
        )
    );
END;
$$;

COMMENT ON FUNCTION job_resendMessage IS
'An administrator''s decision to send: the attempts begin anew. Where it was unknown, the person may get it twice.
Refuses: no_such_message, actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused,
invalid_value, already_sent, being_sent.';

GRANT EXECUTE ON FUNCTION job_resendMessage TO portal_web, portal_dba;
