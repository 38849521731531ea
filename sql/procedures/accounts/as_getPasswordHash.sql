-- The hash to check the present password against before something that needs it; counted like a sign-in.
--
--   SELECT * FROM as_getPasswordHash('alice', 'alice');
--
CREATE OR REPLACE FUNCTION as_getPasswordHash(username text, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    seconds integer;
    passwordHash text;
    refusal outcome;
BEGIN
    IF NOT EXISTS (SELECT FROM as_users WHERE as_users.username = as_getPasswordHash.username) THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor <> username THEN
        RETURN refuse('not_allowed', 'Nobody types the password of another.', jsonb_build_object('needs', 'self'));
    END IF;

    seconds := as_countAttempt('password:' || username, 10, '15 minutes');
    IF seconds > 0 THEN
        RETURN as_refuseAttempts(seconds);
    END IF;

    SELECT as_passwords.hash INTO passwordHash
    FROM as_passwords
    WHERE as_passwords.username = as_getPasswordHash.username;

    RETURN done('check_password', 'Check the password.', jsonb_build_object('hash', passwordHash));
END;
$$;

COMMENT ON FUNCTION as_getPasswordHash IS
'For a person who is signed in and shows again who he is: details.hash, null where there is no password yet. At most 10 in 15
minutes.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, too_many_attempts (seconds).';

GRANT EXECUTE ON FUNCTION as_getPasswordHash TO portal_web, portal_dba;
