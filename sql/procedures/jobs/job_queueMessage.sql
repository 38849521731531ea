-- Put a message into the outbox, once a person, occasion and channel.
--
--   SELECT job_queueMessage('alice', 'tariff_deadline', 'tariff_deadline:2027-03-01', '{"deadline": "2027-03-01"}');
--
CREATE OR REPLACE FUNCTION job_queueMessage(
    username text,
    kind text,
    dedupKey text,
    details jsonb DEFAULT '{}',
    address text DEFAULT NULL
)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    isNew boolean;
BEGIN
    INSERT INTO job_outbox (
        username, kind, dedupKey, channel, address, details, state, attempts, isUrgent, notBefore, createdAt
    )
    SELECT
        job_queueMessage.username, job_queueMessage.kind, job_queueMessage.dedupKey, ntf_kindChannels.channel,
        job_queueMessage.address, job_queueMessage.details, 'new', 0, ntf_kinds.isUrgent, moment, moment
    FROM ntf_kindChannels
    INNER JOIN ntf_kinds ON ntf_kinds.code = ntf_kindChannels.kind
    WHERE
        ntf_kindChannels.kind = job_queueMessage.kind
        -- An address is an e-mail address; what goes there goes nowhere else.
        AND (job_queueMessage.address IS NULL OR ntf_kindChannels.channel = 'email')
        AND ntf_isOn(job_queueMessage.username, ntf_kindChannels.kind, ntf_kindChannels.channel)
    ON CONFLICT ON CONSTRAINT job_outbox_once DO NOTHING;

    isNew := FOUND;
    IF NOT isNew AND NOT EXISTS (SELECT FROM ntf_kinds WHERE ntf_kinds.code = job_queueMessage.kind) THEN
        RAISE EXCEPTION 'There is no kind of message %.', quote_literal(kind);
    END IF;

    RETURN isNew;
END;
$$;

COMMENT ON FUNCTION job_queueMessage IS
'Queues a message in the caller''s transaction on every channel that its kind goes on and the person has not switched off, and
says whether one of them is new: one a (username, dedupKey, channel). Without an address it goes to the person''s address of
the channel as it is when it is sent; username is empty where nobody is registered yet.';
