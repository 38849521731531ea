-- Sign in after the password was checked: the browser's token becomes a session of this person.
--
--   SELECT * FROM as_signInFinish('alice@example.com', '10.0.0.7', '$argon2id$…', sha256('token'), 'Firefox');
--
CREATE OR REPLACE FUNCTION as_signInFinish(
    key text,
    address text,
    matchedHash text,
    tokenHash bytea,
    userAgent text DEFAULT ''
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text := as_readSignInKey(coalesce(key, ''));
    member as_users;
    sessionID text;
BEGIN
    SELECT as_users.* INTO member
    FROM as_users
    INNER JOIN as_userKeys ON as_userKeys.username = as_users.username
    INNER JOIN as_passwords ON as_passwords.username = as_users.username
    WHERE
        as_userKeys.key = wanted
        -- A password that was changed while its old hash was being checked is not good any more.
        AND as_passwords.hash = matchedHash
    FOR NO KEY UPDATE OF as_users;

    -- Read again now that the row is locked: a change of the password that was waited for has ended.
    IF NOT FOUND
        OR NOT EXISTS (
            SELECT FROM as_passwords WHERE as_passwords.username = member.username AND as_passwords.hash = matchedHash
        )
    THEN
        RETURN refuse('sign_in_failed', 'That is not right. Check what you typed.');
    END IF;
    IF member.isLocked THEN
        -- Said only to somebody who knows the password.
        RETURN refuse('account_locked', 'This account is locked. Please contact us.');
    END IF;

    DELETE FROM as_attempts WHERE as_attempts.key = 'signin:' || wanted;
    UPDATE as_attempts
    SET attempts = greatest(0, as_attempts.attempts - 1)
    WHERE as_attempts.key = 'signin-address:' || as_addressBlock(address);

    sessionID := as_startSession(member.username, member.role, tokenHash, address, userAgent);

    RETURN as_record(
        member.username,
        'as_signInFinish',
        jsonb_build_object('address', address, 'sessionID', sessionID),
        gen_random_uuid()::text,
        member.username,
        done('signed_in', format('Welcome, %s.', member.name), jsonb_build_object('username', member.username))
    );
END;
$$;

COMMENT ON FUNCTION as_signInFinish IS
'matchedHash is the hash that the password matched, null where it did not; a wrong password and an unknown key get the same
answer. Success starts a session and gives back the attempt that as_signInBegin counted.
Refuses: sign_in_failed, account_locked.';

GRANT EXECUTE ON FUNCTION as_signInFinish TO portal_web, portal_dba;
