-- Note that from now on the mail server may have the message.
--
--   SELECT * FROM job_handOverMessage('alice', 42, 'host:4711');
--
CREATE OR REPLACE FUNCTION job_handOverMessage(username text, id bigint, worker text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    -- A worker that was stopped for long must not begin what another may have taken over by the time it is through.
    UPDATE job_outbox
    SET handedOverAt = moment
    WHERE
        job_outbox.username = job_handOverMessage.username
        AND job_outbox.id = job_handOverMessage.id
        AND job_outbox.worker = job_handOverMessage.worker
        AND job_outbox.state = 'sending'
        AND job_outbox.leaseUntil > moment + interval '20 seconds';

    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('Message %s is not in the hands of %s for long enough.', id, worker));
    END IF;

    RETURN done('message_handed_over', format('%s hands over message %s.', worker, id));
END;
$$;

COMMENT ON FUNCTION job_handOverMessage IS
'Called right before a message is handed over: whoever is refused must not hand it over.
Refuses: not_yours (taken by another, or less than 20 seconds of the lease are left).';

GRANT EXECUTE ON FUNCTION job_handOverMessage TO portal_worker, portal_dba;
