-- Take a message of the outbox for a minute; of many workers that ask one gets it.
--
--   SELECT * FROM job_claimMessage('alice', 42, 'host:4711', false);
--
CREATE OR REPLACE FUNCTION job_claimMessage(username text, id bigint, worker text, canAsk boolean)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    message job_outbox;
    member as_users;
    whereTo text;
    verdict ntf_verdict;
BEGIN
    SELECT * INTO message
    FROM job_outbox
    WHERE job_outbox.username = job_claimMessage.username AND job_outbox.id = job_claimMessage.id
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_message', format('There is no message %s of %s.', id, quote_literal(username)));
    END IF;
    IF NOT (
        (message.state = 'new' AND message.notBefore <= moment)
        OR (message.state = 'sending' AND message.leaseUntil < moment)
    ) THEN
        RETURN refuse('not_free', format('Message %s is not to be taken now.', id));
    END IF;

    -- The worker that stays named here may still come back with the answer.
    IF message.handedOverAt IS NOT NULL AND NOT canAsk THEN
        UPDATE job_outbox
        SET
            state = 'unknown',
            leaseUntil = NULL,
            finishedAt = moment,
            error = 'The worker ended before the mail server answered.'
        WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

        RETURN done('message_unknown', 'Nobody knows whether this message was sent.', jsonb_build_object('id', id));
    END IF;

    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = message.username;

    whereTo := coalesce(message.address, member.email);
    IF whereTo IS NULL THEN
        UPDATE job_outbox
        SET state = 'cancelled', leaseUntil = NULL, finishedAt = moment, error = 'The person has no e-mail address.'
        WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

        RETURN done('message_cancelled', 'The person has no e-mail address.', jsonb_build_object('id', id));
    END IF;

    verdict := ntf_judge(message.username, message.kind, message.channel, moment);
    IF verdict.verdict = 'hold' THEN
        UPDATE job_outbox
        SET state = 'new', leaseUntil = NULL, notBefore = verdict.until
        WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

        RETURN done('message_held', 'The message waits.', jsonb_build_object('id', id, 'why', verdict.why));
    END IF;
    IF verdict.verdict = 'drop' THEN
        UPDATE job_outbox
        SET state = 'cancelled', leaseUntil = NULL, finishedAt = moment, error = verdict.why
        WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

        RETURN done('message_cancelled', 'The message is of no use any more.', jsonb_build_object('id', id, 'why', verdict.why));
    END IF;

    UPDATE job_outbox
    SET
        state = 'sending',
        worker = job_claimMessage.worker,
        leaseUntil = moment + interval '60 seconds',
        attempts = job_outbox.attempts + 1
    WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

    RETURN done(
        'message_claimed',
        format('%s sends message %s.', worker, id),
        jsonb_build_object(
            'username', message.username,
            'id', message.id,
            'kind', message.kind,
            'channel', message.channel,
            'address', whereTo,
            'name', member.name,
            'locale', coalesce(member.locale, message.details ->> 'locale', 'en'),
            'timeZone', coalesce(member.timeZone, (SELECT as_clock.timeZone FROM as_clock)),
            'createdAt', message.createdAt,
            'wasHandedOver', message.handedOverAt IS NOT NULL,
            -- Of the row, not of its number: a database that is made anew counts from one again.
            'reference', left(
                encode(sha256(convert_to(
                    format('%s %s %s', message.username, message.id, extract(epoch FROM message.createdAt)), 'UTF8'
                )), 'hex'),
                32
            )
        ) || ntf_getLetter(
            message.username, message.kind, message.channel, coalesce(member.locale, message.details ->> 'locale', 'en'),
            message.details
        )
    );
END;
$$;

COMMENT ON FUNCTION job_claimMessage IS
'Take a message that is due, or whose worker''s lease is over, by a lease of 60 seconds, with all that rendering it takes.
canAsk: the place it goes to can be asked whether it has a message; where it cannot, a message that was handed over without
an answer becomes unknown. reference is what the message is called there, the same at every attempt.
Done: message_claimed, message_unknown, message_held (not now), message_cancelled (no address, or not wanted any more).
Refuses: no_such_message, not_free (taken, finished or not yet due).';

GRANT EXECUTE ON FUNCTION job_claimMessage TO portal_worker, portal_dba;
