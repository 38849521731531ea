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
    answer outcome;
BEGIN
    answer := job_judgeMessage(username, id, concerns, 'job_resendMessage', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT message
    FROM job_outbox
    WHERE job_outbox.username = job_resendMessage.username AND job_outbox.id = job_resendMessage.id;

    UPDATE job_outbox
    SET
        state = 'new',
        attempts = 0,
        notBefore = moment,
        worker = NULL,
        handedOverAt = NULL,
        price = NULL,
        -- What was told of the attempts before does not tell of the next one.
        reportedState = NULL,
        reportedAt = NULL,
        deliveredAt = NULL,
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
