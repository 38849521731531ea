-- The password of Pohoda's pull was right: its attempts do not count.
--
--   SELECT * FROM ctr_pullFinish('pohoda', '10.0.0.7');
--
CREATE OR REPLACE FUNCTION ctr_pullFinish(userName text, address text DEFAULT '')
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    DELETE FROM as_attempts WHERE as_attempts.key = 'pull:' || left(userName, 100);
    UPDATE as_attempts
    SET attempts = greatest(0, as_attempts.attempts - 1)
    WHERE as_attempts.key = 'pull-address:' || as_addressBlock(address);
    RETURN done('pull_allowed', 'Pohoda may fetch contacts.');
END;
$$;

COMMENT ON FUNCTION ctr_pullFinish IS 'Called after ctr_pullBegin, where the password matched its hash.';

GRANT EXECUTE ON FUNCTION ctr_pullFinish TO portal_web, portal_dba;
