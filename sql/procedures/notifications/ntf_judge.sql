-- Whether a message of a kind may go to a person on a channel at a moment.
--
--   SELECT * FROM ntf_judge('alice', 'tariff_deadline', 'email', '{}', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_judge(username text, kind text, channel text, details jsonb, moment timestamptz)
RETURNS ntf_verdict
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN ROW('send'::text, NULL::timestamptz, NULL::text)::ntf_verdict;
END;
$$;

COMMENT ON FUNCTION ntf_judge IS
'Asked right before a message is sent: send, hold until a moment, or drop.';
