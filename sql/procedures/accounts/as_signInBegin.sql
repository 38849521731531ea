-- Count an attempt to sign in and hand out the hash to check the password against, null where there is none.
--
--   SELECT * FROM as_signInBegin('alice@example.com', '10.0.0.7');
--
CREATE OR REPLACE FUNCTION as_signInBegin(key text, address text DEFAULT '')
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text := as_readSignInKey(coalesce(key, ''));
    byKey integer;
    byAddress integer;
    seconds integer;
    passwordHash text;
BEGIN
    byKey := as_countAttempt('signin:' || wanted, 10, '15 minutes');
    byAddress := as_countAttempt('signin-address:' || as_addressBlock(address), 50, '15 minutes');
    seconds := greatest(byKey, byAddress);
    IF seconds > 0 THEN
        RETURN as_refuseAttempts(seconds);
    END IF;

    SELECT as_passwords.hash INTO passwordHash
    FROM as_userKeys
    INNER JOIN as_passwords ON as_passwords.username = as_userKeys.username
    WHERE as_userKeys.key = wanted;

    RETURN done('check_password', 'Check the password.', jsonb_build_object('hash', passwordHash));
END;
$$;

COMMENT ON FUNCTION as_signInBegin IS
'key: login, e-mail or phone. Counted before anything is looked up, for known and unknown keys alike: 10 attempts in 15
minutes for a key, 50 for an internet address. details.hash is null for a key that nobody has; the caller checks the
password against some other hash then, so that it takes the same time, and calls as_signInFinish in both cases.
Refuses: too_many_attempts (seconds).';

GRANT EXECUTE ON FUNCTION as_signInBegin TO portal_web, portal_dba;
