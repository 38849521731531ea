-- Whether an administrator may decide about a message that was not sent; null when so, else the answer to give.
--
--   SELECT * FROM job_judgeMessage('alice', 42, 'alice', 'job_cancelMessage', '{"username": "alice", "id": 42}', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION job_judgeMessage(
    username text,
    id bigint,
    concerns text,
    procedure text,
    arguments jsonb,
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
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
    WHERE job_outbox.username = job_judgeMessage.username AND job_outbox.id = job_judgeMessage.id
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_message', format('There is no message %s of %s.', id, quote_literal(username)));
    END IF;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(concerns, procedure, arguments, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF message.state = 'sent' THEN
        RETURN refuse('already_sent', format('Message %s was sent already.', id));
    END IF;
    IF message.state = 'sending' THEN
        RETURN refuse('being_sent', format('Message %s is being sent at this moment.', id));
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION job_judgeMessage IS
'Locks the message, and before it the row of whom it concerns, in whose audit the request stands. Null when the actor is an
administrator, the request is new and the message neither sent nor being sent.
Refuses: no_such_message, actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused,
invalid_value, already_sent, being_sent.';
