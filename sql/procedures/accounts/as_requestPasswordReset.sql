-- Send a link for a new password, if somebody has this login, e-mail or phone; the answer does not show whether.
--
--   SELECT * FROM as_requestPasswordReset('alice@example.com', '10.0.0.7');
--
CREATE OR REPLACE FUNCTION as_requestPasswordReset(key text, address text DEFAULT '')
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text := as_readSignInKey(coalesce(key, ''));
    seconds integer;
    member as_users;
BEGIN
    seconds := as_countAttempt('reset-address:' || as_addressBlock(address), 20, '1 hour');
    IF seconds > 0 THEN
        RETURN as_refuseAttempts(seconds);
    END IF;

    SELECT as_users.* INTO member
    FROM as_users
    INNER JOIN as_userKeys ON as_userKeys.username = as_users.username
    WHERE as_userKeys.key = wanted AND NOT as_users.isLocked AND as_users.email IS NOT NULL;

    IF as_countAttempt('reset:' || wanted, 3, '1 hour') = 0 AND member.username IS NOT NULL THEN
        PERFORM job_queueMessage(member.username, 'password_reset', 'password_reset:' || gen_random_uuid()::text);
    END IF;

    RETURN done('link_sent', 'If we know you, we have sent a link to your e-mail address.');
END;
$$;

COMMENT ON FUNCTION as_requestPasswordReset IS
'Queues a message with a link to the e-mail address of the person who has this key; always the same answer. At most 3 an
hour for a key and 20 from one internet address.
Refuses: too_many_attempts (seconds).';

GRANT EXECUTE ON FUNCTION as_requestPasswordReset TO portal_web, portal_dba;
