-- Count an attempt, and say how many seconds there are to wait: 0 while it is within what is allowed.
--
--   SELECT as_countAttempt('signin:email:alice@example.com', 10, '15 minutes');
--
CREATE OR REPLACE FUNCTION as_countAttempt(key text, allowed integer, span interval)
RETURNS integer
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    counted as_attempts;
BEGIN
    INSERT INTO as_attempts (key, attempts, since)
    VALUES (key, 1, moment)
    ON CONFLICT ON CONSTRAINT as_attempts_pkey DO UPDATE
    SET
        attempts = CASE
            WHEN as_attempts.since <= moment - span THEN 1
            -- It stops counting where nothing changes any more, long before an integer ends.
            ELSE least(as_attempts.attempts + 1, 1000000)
        END,
        since = CASE WHEN as_attempts.since <= moment - span THEN moment ELSE as_attempts.since END
    RETURNING as_attempts.* INTO counted;

    IF counted.attempts <= allowed THEN
        RETURN 0;
    END IF;
    RETURN greatest(1, ceil(extract(EPOCH FROM counted.since + span - moment))::integer);
END;
$$;

COMMENT ON FUNCTION as_countAttempt IS
'One upsert, so that attempts made at the same moment cannot pass the limit together. The span begins with the first
attempt; further ones do not prolong it. It stays counted when the attempt is refused.';
