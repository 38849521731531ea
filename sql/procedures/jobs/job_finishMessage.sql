-- Write down what became of a message.
--
--   SELECT * FROM job_finishMessage('alice', 42, 'host:4711', 'sent', '1f0c…@portal.example.com');
--
CREATE OR REPLACE FUNCTION job_finishMessage(
    username text,
    id bigint,
    worker text,
    state text,
    reference text DEFAULT NULL,
    error text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    pauses interval[] := ARRAY[
        '1 minute', '5 minutes', '30 minutes', '2 hours', '6 hours', '12 hours', '24 hours'
    ]::interval[];
    message job_outbox;
    becomes text;
BEGIN
    IF state IS NULL OR state NOT IN ('sent', 'failed', 'cancelled', 'unknown', 'later') THEN
        RETURN refuse(
            'invalid_value',
            'A message is sent, failed, cancelled, unknown or tried later.',
            jsonb_build_object('field', 'state')
        );
    END IF;
    IF (state = 'sent') <> (reference IS NOT NULL) THEN
        RETURN refuse(
            'invalid_value',
            'A message that was sent has a reference, and no other.',
            jsonb_build_object('field', 'reference')
        );
    END IF;

    -- An answer that came after the lease was over is still the truth.
    SELECT * INTO message
    FROM job_outbox
    WHERE
        job_outbox.username = job_finishMessage.username
        AND job_outbox.id = job_finishMessage.id
        AND job_outbox.worker = job_finishMessage.worker
        AND (
            job_outbox.state = 'sending'
            OR (job_outbox.state = 'unknown' AND job_finishMessage.state IN ('sent', 'failed'))
        )
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('Message %s is not in the hands of %s.', id, worker));
    END IF;

    becomes := CASE
        WHEN state <> 'later' THEN state
        WHEN message.attempts > cardinality(pauses) THEN 'failed'
        ELSE 'new'
    END;

    UPDATE job_outbox
    SET
        state = becomes,
        leaseUntil = NULL,
        handedOverAt = CASE WHEN becomes <> 'new' THEN job_outbox.handedOverAt END,
        notBefore = CASE WHEN becomes = 'new' THEN moment + pauses[message.attempts] ELSE job_outbox.notBefore END,
        finishedAt = CASE WHEN becomes <> 'new' THEN moment END,
        reference = job_finishMessage.reference,
        error = CASE WHEN becomes <> 'sent' THEN left(job_finishMessage.error, 2000) END
    WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

    RETURN done(
        CASE becomes WHEN 'new' THEN 'message_waits' ELSE 'message_' || becomes END,
        format('Message %s is %s.', id, becomes),
        jsonb_build_object('id', id)
    );
END;
$$;

COMMENT ON FUNCTION job_finishMessage IS
'sent (with its reference), failed for good, cancelled (of no use any more), unknown (handed over, no answer), or later: it
waits 1, 5 and 30 minutes, 2, 6, 12 and 24 hours for its next attempts and has failed after the eighth.
Done: message_sent, message_failed, message_cancelled, message_unknown, message_waits.
Refuses: invalid_value, not_yours.';

GRANT EXECUTE ON FUNCTION job_finishMessage TO portal_worker, portal_dba;
