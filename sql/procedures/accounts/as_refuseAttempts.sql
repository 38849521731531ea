-- The answer to whoever has tried too often.
--
--   SELECT * FROM as_refuseAttempts(42);
--
CREATE OR REPLACE FUNCTION as_refuseAttempts(seconds integer)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN refuse(
        'too_many_attempts',
        format('Too many attempts. Wait %s seconds.', seconds),
        jsonb_build_object('seconds', seconds)
    );
END;
$$;

COMMENT ON FUNCTION as_refuseAttempts IS
'The refusal for an attempt that as_countAttempt did not allow; seconds is its answer.
Refuses: too_many_attempts.';
