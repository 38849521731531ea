-- Give a message up that was not sent.
--
--   SELECT * FROM job_cancelMessage('alice', 42);
--
CREATE OR REPLACE FUNCTION job_cancelMessage(
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
    answer := job_judgeMessage(username, id, concerns, 'job_cancelMessage', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT message
    FROM job_outbox
    WHERE job_outbox.username = job_cancelMessage.username AND job_outbox.id = job_cancelMessage.id;
    IF message.state = 'cancelled' THEN
        RETURN refuse('already_cancelled', format('Message %s was given up already.', id));
    END IF;

    UPDATE job_outbox
    SET state = 'cancelled', finishedAt = moment
    WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

    RETURN as_record(
        concerns, 'job_cancelMessage', asked, request, actor,
        done('message_cancelled', format('Message %s is given up.', id), jsonb_build_object('id', id, 'before', message.state))
    );
END;
$$;

COMMENT ON FUNCTION job_cancelMessage IS
'Give up a message that waits, failed, or of which nobody knows whether it was sent.
Refuses: no_such_message, actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused,
invalid_value, already_sent, being_sent, already_cancelled.';

GRANT EXECUTE ON FUNCTION job_cancelMessage TO portal_web, portal_dba;
