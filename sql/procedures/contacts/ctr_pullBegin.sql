-- Count an attempt of Pohoda's to fetch contacts and hand out the hash to check the password against.
--
--   SELECT * FROM ctr_pullBegin('pohoda', '10.0.0.7');
--
CREATE OR REPLACE FUNCTION ctr_pullBegin(userName text, address text DEFAULT '')
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    byName integer;
    byAddress integer;
    seconds integer;
BEGIN
    byName := as_countAttempt('pull:' || coalesce(left(userName, 100), ''), 10, '15 minutes');
    byAddress := as_countAttempt('pull-address:' || as_addressBlock(address), 50, '15 minutes');
    seconds := greatest(byName, byAddress);
    IF seconds > 0 THEN
        RETURN as_refuseAttempts(seconds);
    END IF;
    RETURN done('check_password', 'Check the password.', jsonb_build_object('hash', ctr_getPullPassword(userName)));
END;
$$;

COMMENT ON FUNCTION ctr_pullBegin IS
'Counted before anything is looked up, as a sign-in is: 10 attempts in 15 minutes for a name, 50 for an internet address.
details.hash is null where nobody of that name may fetch contacts; the caller checks the password against some other hash then,
so that it takes the same time, and calls ctr_pullFinish when it was right.
Refuses: too_many_attempts (seconds).';

GRANT EXECUTE ON FUNCTION ctr_pullBegin TO portal_web, portal_dba;
