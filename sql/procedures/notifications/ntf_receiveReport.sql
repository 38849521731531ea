-- Take a provider's report of what became of a message.
--
--   SELECT * FROM ntf_receiveReport('acme', 'delivered', '0123456789abcdef0123456789abcdef');
--
CREATE OR REPLACE FUNCTION ntf_receiveReport(
    provider text,
    state text,
    reference text DEFAULT NULL,
    theirReference text DEFAULT NULL,
    occurredAt timestamptz DEFAULT NULL,
    error text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    -- What is further in this list is never taken back.
    steps text[] := ARRAY['accepted', 'failed', 'delivered'];
    happened timestamptz;
    message job_outbox;
    becomes text;
BEGIN
    IF state IS NULL OR NOT state = ANY(steps) THEN
        RETURN refuse('invalid_value', 'A message is accepted, failed or delivered.', '{"field": "state"}');
    END IF;
    IF (reference IS NULL) = (theirReference IS NULL) THEN
        RETURN refuse('invalid_value', 'Name the message by one reference.', '{"field": "reference"}');
    END IF;

    SELECT * INTO message
    FROM job_outbox
    WHERE
        job_outbox.provider = ntf_receiveReport.provider
        AND job_outbox.reference = ntf_receiveReport.reference
        AND job_outbox.handedOverAt IS NOT NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        SELECT * INTO message
        FROM job_outbox
        WHERE
            job_outbox.provider = ntf_receiveReport.provider
            AND job_outbox.theirReference = ntf_receiveReport.theirReference
            AND job_outbox.handedOverAt IS NOT NULL
        FOR NO KEY UPDATE;
    END IF;
    IF message.id IS NULL THEN
        RETURN refuse('no_such_message', 'This provider has no message of that reference.');
    END IF;
    IF coalesce(array_position(steps, message.reportedState), 0) >= array_position(steps, state) THEN
        RETURN done('report_known', 'That is known already.', jsonb_build_object('state', message.reportedState));
    END IF;

    -- Nothing was delivered before it was handed over, nor is it going to be.
    happened := greatest(message.handedOverAt, least(moment, coalesce(occurredAt, moment)));
    becomes := CASE
        -- It is to say itself what it came to.
        WHEN message.state = 'sending' THEN 'sending'
        -- Refused, and then reported as that.
        WHEN message.state = 'failed' AND ntf_receiveReport.state = 'failed' THEN 'failed'
        -- Nobody knew, or knew better; now somebody does.
        ELSE 'sent'
    END;
    UPDATE job_outbox
    SET
        reportedState = ntf_receiveReport.state,
        reportedAt = happened,
        deliveredAt = CASE WHEN ntf_receiveReport.state = 'delivered' THEN happened END,
        error = CASE
            WHEN ntf_receiveReport.state = 'failed'
                THEN coalesce(left(ntf_receiveReport.error, 2000), CASE WHEN becomes = 'failed' THEN job_outbox.error END)
        END,
        state = becomes,
        finishedAt = CASE WHEN becomes <> 'sending' THEN coalesce(job_outbox.finishedAt, moment) END
    WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

    RETURN done('report_taken', 'Thank you.', jsonb_build_object('state', state));
END;
$$;

COMMENT ON FUNCTION ntf_receiveReport IS
'state: accepted, failed or delivered, of which a later one in that order is never taken back, in whatever order they come and
however often. reference: ours; theirReference: the provider''s. A message of which nobody knew whether it was sent was, also one
that waits to be asked about, or that was given up for it; what the provider had refused stays failed where it reports that.
Done: report_taken, report_known.
Refuses: invalid_value, no_such_message (of this provider).';

GRANT EXECUTE ON FUNCTION ntf_receiveReport TO portal_web, portal_dba;
