-- Write down what became of messages, and with it how their providers do.
--
--   SELECT * FROM ntf_finishMessages('host:4711', '[{"username": "alice", "id": 42, "state": "sent", "seconds": 0.2}]');
--
CREATE OR REPLACE FUNCTION ntf_finishMessages(worker text, results jsonb)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    pauses interval[] := ARRAY[
        '1 minute', '5 minutes', '30 minutes', '2 hours', '6 hours', '12 hours', '24 hours'
    ]::interval[];
    message record;
    becomes text;
    pause interval;
    goesElsewhere boolean;
    finished jsonb := '[]'::jsonb;
    trouble record;
BEGIN
    IF jsonb_typeof(results) IS DISTINCT FROM 'array' THEN
        RETURN refuse('invalid_value', 'results is a list.', jsonb_build_object('field', 'results'));
    END IF;
    PERFORM
    FROM jsonb_to_recordset(results) AS given (username text, id bigint, state text)
    WHERE
        given.username IS NULL OR given.id IS NULL
        OR given.state IS NULL OR given.state NOT IN ('sent', 'failed', 'cancelled', 'unknown', 'later', 'back');
    IF FOUND THEN
        RETURN refuse(
            'invalid_value',
            'A message is sent, failed, cancelled, unknown, tried later or given back.',
            jsonb_build_object('field', 'state')
        );
    END IF;

    -- An answer that came after the lease was over is still the truth.
    FOR message IN
        SELECT
            given.result ->> 'state' AS answer, given.result ->> 'error' AS why, given.result ->> 'theirReference' AS theirs,
            coalesce((given.result ->> 'isTrouble')::boolean, false) AS isTrouble,
            job_outbox.username, job_outbox.id, job_outbox.channel, job_outbox.provider, job_outbox.attempts,
            job_outbox.isAskable, job_outbox.handedOverAt, job_outbox.price, job_outbox.parts, job_outbox.reportedState
        FROM jsonb_array_elements(results) AS given (result)
        INNER JOIN job_outbox
            ON
                job_outbox.username = given.result ->> 'username'
                AND job_outbox.id = (given.result ->> 'id')::bigint
        WHERE
            job_outbox.worker = ntf_finishMessages.worker
            AND (
                job_outbox.state = 'sending'
                OR (job_outbox.state = 'unknown' AND given.result ->> 'state' IN ('sent', 'failed'))
            )
        ORDER BY job_outbox.username, job_outbox.id
        FOR NO KEY UPDATE OF job_outbox
    LOOP
        -- Where another provider can, nobody waits for the one in trouble, nor is it the message's attempt.
        goesElsewhere := message.answer = 'later' AND message.isTrouble AND EXISTS (
            SELECT
            FROM ntf_providers
            WHERE
                ntf_providers.channel = message.channel
                AND ntf_providers.code <> message.provider
                AND ntf_getRoom(ntf_providers.code, moment) IS NOT NULL
        );
        becomes := CASE
            -- A report that overtook the answer knows more than it.
            WHEN message.reportedState = 'failed' AND message.answer = 'failed' THEN 'failed'
            WHEN message.reportedState IS NOT NULL THEN 'sent'
            WHEN message.answer = 'back' OR goesElsewhere THEN 'new'
            WHEN message.answer = 'unknown' AND (message.isAskable IS NOT TRUE OR message.attempts > cardinality(pauses))
                THEN 'unknown'
            WHEN message.answer = 'later' AND message.attempts > cardinality(pauses) THEN 'failed'
            WHEN message.answer IN ('unknown', 'later') THEN 'new'
            ELSE message.answer
        END;
        pause := CASE
            WHEN message.answer = 'back' THEN interval '0'
            WHEN goesElsewhere THEN interval '2 seconds'
            ELSE pauses[message.attempts]
        END;

        IF message.price > 0 AND becomes <> 'sent' AND (becomes = 'failed' OR message.answer IN ('later', 'back')) THEN
            UPDATE ntf_providerDays
            SET
                messages = greatest(0, ntf_providerDays.messages - 1),
                parts = greatest(0, ntf_providerDays.parts - message.parts),
                spent = greatest(0, ntf_providerDays.spent - message.price)
            WHERE
                ntf_providerDays.provider = message.provider
                AND ntf_providerDays.day = (message.handedOverAt AT TIME ZONE zone)::date;
        END IF;

        UPDATE job_outbox
        SET
            state = becomes,
            leaseUntil = NULL,
            attempts = CASE
                WHEN message.answer = 'back' OR goesElsewhere THEN greatest(0, job_outbox.attempts - 1)
                ELSE job_outbox.attempts
            END,
            -- One that is asked about later was handed over; one that is sent anew was not.
            handedOverAt = CASE WHEN becomes <> 'new' OR message.answer = 'unknown' THEN job_outbox.handedOverAt END,
            price = CASE WHEN becomes IN ('sent', 'unknown') OR message.answer = 'unknown' THEN job_outbox.price END,
            notBefore = CASE WHEN becomes = 'new' THEN moment + pause ELSE job_outbox.notBefore END,
            finishedAt = CASE WHEN becomes <> 'new' THEN moment END,
            theirReference = coalesce(nullif(left(btrim(message.theirs), 200), ''), job_outbox.theirReference),
            error = CASE
                WHEN becomes = 'sent' THEN CASE WHEN message.reportedState = 'failed' THEN job_outbox.error END
                WHEN message.answer = 'back' THEN job_outbox.error
                ELSE left(message.why, 2000)
            END
        WHERE job_outbox.username = message.username AND job_outbox.id = message.id;
        finished := finished || jsonb_build_object('id', message.id, 'state', becomes);
    END LOOP;

    -- Only who was asked has done well or badly, and who is slow does badly.
    FOR trouble IN
        SELECT
            given.provider,
            count(*) FILTER (WHERE given.isBad) AS bad,
            count(*) FILTER (WHERE NOT given.isBad) AS good,
            max(given.why) FILTER (WHERE given.isBad) AS why
        FROM (
            SELECT
                ntf_providers.code AS provider,
                coalesce((told.result ->> 'isTrouble')::boolean, false)
                OR told.result ->> 'state' = 'unknown'
                OR (told.result ->> 'seconds')::numeric > ntf_providers.slowSeconds AS isBad,
                coalesce(
                    told.result ->> 'error', format('It took %s seconds.', round((told.result ->> 'seconds')::numeric, 1))
                ) AS why
            FROM jsonb_array_elements(results) AS told (result)
            INNER JOIN ntf_providers ON ntf_providers.code = told.result ->> 'provider'
            WHERE
                told.result ->> 'seconds' IS NOT NULL
                AND told.result ->> 'state' IN ('sent', 'failed', 'later', 'unknown')
        ) AS given
        GROUP BY given.provider
        ORDER BY given.provider
    LOOP
        PERFORM ntf_noteHealth(trouble.provider, trouble.good::integer, trouble.bad::integer, trouble.why, moment);
    END LOOP;

    RETURN done(
        'messages_finished',
        format('%s messages are through.', jsonb_array_length(finished)),
        jsonb_build_object('finished', finished)
    );
END;
$$;

COMMENT ON FUNCTION ntf_finishMessages IS
'results: [{username, id, state, error, theirReference, provider, seconds, isTrouble}]. state: sent, failed for good, cancelled
(of no use any more), unknown (handed over, no answer: asked about later where its provider can be, after the pauses of later),
later (1, 5 and 30 minutes, 2, 6, 12 and 24 hours, failed after the eighth; two seconds, and no attempt, where the provider
was in trouble and another one can), or back (never handed over after all: at once, and no attempt). seconds: how long the provider took, null
where it was not spoken to; isTrouble: the provider failed, not the message. What the provider has reported meanwhile was sent,
whatever the answer. What another worker has by now is left alone.
details: finished, a list of {id, state}.
Done: messages_finished.
Refuses: invalid_value.';

GRANT EXECUTE ON FUNCTION ntf_finishMessages TO portal_worker, portal_dba;
