-- Put a message into the outbox, once a person and occasion.
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
BEGIN
    INSERT INTO job_outbox (
        username, kind, dedupKey, channel, address, details, state, attempts, notBefore, createdAt
    )
    VALUES (
        username, kind, dedupKey, 'email', address, details, 'new', 0, clock_timestamp(), clock_timestamp()
    )
    ON CONFLICT ON CONSTRAINT job_outbox_once DO NOTHING;

    RETURN FOUND;
END;
$$;

COMMENT ON FUNCTION job_queueMessage IS
'Queues a message in the caller''s transaction and says whether it is new: one a (username, dedupKey). Without an address
it goes to the person''s e-mail as it is when it is sent; username is empty where nobody is registered yet.';
